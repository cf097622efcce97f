/*
 * The numbers of Simple MAPI's binary interface, taken from the MAPI reference and not from our
 * header. Compiling this file is the test: a number that is wrong is an array of negative size.
 *
 * It is compiled with our mapi.h and, to prove the numbers themselves, with the one of mingw-w64,
 * which lacks what came with Windows 8. ALL_OF_IT demands that too.
 */
#include <stddef.h>
#include MAPI_H_TO_TEST

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define CHECK(name, condition) typedef char JOIN(name, JOIN(_at_line_, __LINE__))[(condition) ? 1 : -1]

/* The number for pointers of 64 and of 32 bits. */
#define BITS(on64, on32) (sizeof(void *) == 8 ? (on64) : (on32))

#define SIZE(type, on64, on32) CHECK(size_of_##type, sizeof(type) == BITS(on64, on32))
#define CONSTANT(name, value) CHECK(value_of_##name, (name) == (value))

SIZE(ULONG, 4, 4);
SIZE(FLAGS, 4, 4);
SIZE(LHANDLE, 8, 4);
SIZE(ULONG_PTR, 8, 4);
SIZE(LPSTR, 8, 4);
SIZE(LPVOID, 8, 4);
CHECK(ULONG_is_unsigned, (ULONG)-1 > 0);
CHECK(LHANDLE_is_unsigned, (LHANDLE)-1 > 0);

/* Numbers are 4 bytes, pointers as wide as pointers. */
#define NUMBER(type, field, on64, on32) \
    CHECK(offset_of_##type##_##field, offsetof(type, field) == BITS(on64, on32)); \
    CHECK(size_of_##type##_##field, sizeof(((type *)0)->field) == 4)
#define POINTER(type, field, on64, on32) \
    CHECK(offset_of_##type##_##field, offsetof(type, field) == BITS(on64, on32)); \
    CHECK(size_of_##type##_##field, sizeof(((type *)0)->field) == sizeof(void *))

/* The wide structures differ in what their pointers point to, and in nothing else. */
#define FILE_DESCRIPTOR(type) \
    SIZE(type, 40, 24); \
    NUMBER(type, ulReserved, 0, 0); \
    NUMBER(type, flFlags, 4, 4); \
    NUMBER(type, nPosition, 8, 8); \
    POINTER(type, lpszPathName, 16, 12); \
    POINTER(type, lpszFileName, 24, 16); \
    POINTER(type, lpFileType, 32, 20)

#define RECIPIENT_DESCRIPTOR(type) \
    SIZE(type, 40, 24); \
    NUMBER(type, ulReserved, 0, 0); \
    NUMBER(type, ulRecipClass, 4, 4); \
    POINTER(type, lpszName, 8, 8); \
    POINTER(type, lpszAddress, 16, 12); \
    NUMBER(type, ulEIDSize, 24, 16); \
    POINTER(type, lpEntryID, 32, 20)

#define MESSAGE(type) \
    SIZE(type, 96, 48); \
    NUMBER(type, ulReserved, 0, 0); \
    POINTER(type, lpszSubject, 8, 4); \
    POINTER(type, lpszNoteText, 16, 8); \
    POINTER(type, lpszMessageType, 24, 12); \
    POINTER(type, lpszDateReceived, 32, 16); \
    POINTER(type, lpszConversationID, 40, 20); \
    NUMBER(type, flFlags, 48, 24); \
    POINTER(type, lpOriginator, 56, 28); \
    NUMBER(type, nRecipCount, 64, 32); \
    POINTER(type, lpRecips, 72, 36); \
    NUMBER(type, nFileCount, 80, 40); \
    POINTER(type, lpFiles, 88, 44)

FILE_DESCRIPTOR(MapiFileDesc);
RECIPIENT_DESCRIPTOR(MapiRecipDesc);
MESSAGE(MapiMessage);

SIZE(MapiFileTagExt, 32, 20);
NUMBER(MapiFileTagExt, ulReserved, 0, 0);
NUMBER(MapiFileTagExt, cbTag, 4, 4);
POINTER(MapiFileTagExt, lpTag, 8, 8);
NUMBER(MapiFileTagExt, cbEncoding, 16, 12);
POINTER(MapiFileTagExt, lpEncoding, 24, 16);

CONSTANT(lhSessionNull, 0);

CONSTANT(MAPI_ORIG, 0);
CONSTANT(MAPI_TO, 1);
CONSTANT(MAPI_CC, 2);
CONSTANT(MAPI_BCC, 3);

CONSTANT(MAPI_OLE, 0x1);
CONSTANT(MAPI_OLE_STATIC, 0x2);

CONSTANT(MAPI_UNREAD, 0x1);
CONSTANT(MAPI_RECEIPT_REQUESTED, 0x2);
CONSTANT(MAPI_SENT, 0x4);

CONSTANT(MAPI_LOGON_UI, 0x1);
CONSTANT(MAPI_NEW_SESSION, 0x2);
CONSTANT(MAPI_DIALOG, 0x8);
CONSTANT(MAPI_UNREAD_ONLY, 0x20);
CONSTANT(MAPI_EXTENDED, 0x20);
CONSTANT(MAPI_ENVELOPE_ONLY, 0x40);
CONSTANT(MAPI_PEEK, 0x80);
CONSTANT(MAPI_GUARANTEE_FIFO, 0x100);
CONSTANT(MAPI_BODY_AS_FILE, 0x200);
CONSTANT(MAPI_AB_NOMODIFY, 0x400);
CONSTANT(MAPI_SUPPRESS_ATTACH, 0x800);
CONSTANT(MAPI_FORCE_DOWNLOAD, 0x1000);
CONSTANT(MAPI_LONG_MSGID, 0x4000);
CONSTANT(MAPI_PASSWORD_UI, 0x20000);

CONSTANT(SUCCESS_SUCCESS, 0);
CONSTANT(MAPI_USER_ABORT, 1);
CONSTANT(MAPI_E_USER_ABORT, 1);
CONSTANT(MAPI_E_FAILURE, 2);
CONSTANT(MAPI_E_LOGON_FAILURE, 3);
CONSTANT(MAPI_E_LOGIN_FAILURE, 3);
CONSTANT(MAPI_E_DISK_FULL, 4);
CONSTANT(MAPI_E_INSUFFICIENT_MEMORY, 5);
CONSTANT(MAPI_E_ACCESS_DENIED, 6);
CONSTANT(MAPI_E_TOO_MANY_SESSIONS, 8);
CONSTANT(MAPI_E_TOO_MANY_FILES, 9);
CONSTANT(MAPI_E_TOO_MANY_RECIPIENTS, 10);
CONSTANT(MAPI_E_ATTACHMENT_NOT_FOUND, 11);
CONSTANT(MAPI_E_ATTACHMENT_OPEN_FAILURE, 12);
CONSTANT(MAPI_E_ATTACHMENT_WRITE_FAILURE, 13);
CONSTANT(MAPI_E_UNKNOWN_RECIPIENT, 14);
CONSTANT(MAPI_E_BAD_RECIPTYPE, 15);
CONSTANT(MAPI_E_NO_MESSAGES, 16);
CONSTANT(MAPI_E_INVALID_MESSAGE, 17);
CONSTANT(MAPI_E_TEXT_TOO_LARGE, 18);
CONSTANT(MAPI_E_INVALID_SESSION, 19);
CONSTANT(MAPI_E_TYPE_NOT_SUPPORTED, 20);
CONSTANT(MAPI_E_AMBIGUOUS_RECIPIENT, 21);
CONSTANT(MAPI_E_AMBIG_RECIP, 21);
CONSTANT(MAPI_E_MESSAGE_IN_USE, 22);
CONSTANT(MAPI_E_NETWORK_FAILURE, 23);
CONSTANT(MAPI_E_INVALID_EDITFIELDS, 24);
CONSTANT(MAPI_E_INVALID_RECIPS, 25);
CONSTANT(MAPI_E_NOT_SUPPORTED, 26);

/* Older and newer than the header of mingw-w64. */
#ifdef ALL_OF_IT
FILE_DESCRIPTOR(MapiFileDescW);
RECIPIENT_DESCRIPTOR(MapiRecipDescW);
MESSAGE(MapiMessageW);

CONSTANT(CP_UTF8, 65001);
CONSTANT(MAPI_DIALOG_MODELESS, 0xC);
CONSTANT(MAPI_FORCE_UNICODE, 0x40000);
CONSTANT(MAPI_LOGOFF_SHARED, 0x1);
CONSTANT(MAPI_LOGOFF_UI, 0x2);
CONSTANT(MAPI_USE_DEFAULT, 0x40);
CONSTANT(MAPI_E_BLK_TOO_SMALL, 6);
CONSTANT(MAPI_E_AMBIGUOUS_RECIP, 21);
CONSTANT(MAPI_E_UNICODE_NOT_SUPPORTED, 27);
CONSTANT(MAPI_E_ATTACHMENT_TOO_LARGE, 28);
#endif
