/*
 * mapi.h - Simple MAPI: the thirteen functions by which a program says "send this by mail".
 *
 * Made by `make header` from src/ffi/ of simplemapi: mend it there.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     #include <mapi.h>                          cc send.c $(pkg-config --cflags --libs simplemapi)
 *
 *     MapiRecipDesc to = { 0, MAPI_TO, "Ada", "ada@example.org", 0, NULL };
 *     MapiMessage mail = { 0 };
 *     mail.lpszSubject = "Hello";
 *     mail.lpszNoteText = "A text.\n";
 *     mail.nRecipCount = 1;
 *     mail.lpRecips = &to;
 *     if (MAPISendMail(lhSessionNull, 0, &mail, 0, 0) != SUCCESS_SUCCESS) {
 *         char why[500];
 *         SimpleMapiLastError(why, sizeof why);
 *         ...
 *     }
 *
 * Needs C89 with <stdint.h>, or any later C or C++.
 *
 * ULONG and FLAGS have 32 bits everywhere, as on Windows; `unsigned long` has 64 on most other
 * systems, and with it every field would be in the wrong place.
 *
 * Every function may be called from any thread, at the same time. No call changes the process's
 * signals, directory, locale or environment.
 *
 * Together with a windows.h
 *     Include that one first. Its types are used instead of the ones below when it is one that is
 *     known, or when SIMPLEMAPI_HAVE_WINDOWS_TYPES is defined, which promises ULONG, ULONG_PTR,
 *     LPSTR and LPVOID. (Included second it works too, as far as the language lets both declare
 *     the same type: C11, C++, and C compilers that are not asked to be pedantic.)
 *
 * Wide text
 *     MAPISendMailW takes the wchar_t of the compiler. The exported symbol of that name takes
 *     UTF-16; where wchar_t has 32 bits, the name MAPISendMailW is a macro for the symbol
 *     SimpleMapiSendMailWide, which takes UTF-32. So L"text" works everywhere.
 *     Define SIMPLEMAPI_UTF16 before including this file to have 16-bit units instead (char16_t in
 *     C++11, uint16_t elsewhere, which fit u"text") and the plain symbol.
 *     dlsym() sees symbols, not macros: give it SIMPLEMAPI_SENDMAILW_SYMBOL, the name as a string.
 */
#ifndef MAPI_H
#define MAPI_H

#include <stddef.h>
#include <stdint.h>

/*
 * Types that a windows.h has as well.
 */
#if !defined(SIMPLEMAPI_HAVE_WINDOWS_TYPES)                                                         \
    && (defined(_WINDOWS_) || defined(_INC_WINDOWS) || defined(_WINDEF_) || defined(_MINWINDEF_)    \
        || defined(WINPR_WTYPES_H))
#define SIMPLEMAPI_HAVE_WINDOWS_TYPES
#endif

#ifndef SIMPLEMAPI_HAVE_WINDOWS_TYPES
#if defined(_WIN32) && !defined(__LP64__)
typedef unsigned long ULONG; /* as in windows.h, so that both may declare it */
#else
typedef uint32_t ULONG;
#endif
typedef uintptr_t ULONG_PTR;
typedef char *LPSTR;
typedef void *LPVOID;
typedef unsigned char *LPBYTE;
#endif

/* No windows.h has these; the mapi.h of Windows does. */
typedef ULONG *LPULONG;
typedef ULONG FLAGS;
#ifndef __LHANDLE
#define __LHANDLE
typedef ULONG_PTR LHANDLE, *LPLHANDLE;
#endif

/*
 * One unit of wide text: see "Wide text" above.
 */
#if defined(SIMPLEMAPI_UTF16)
#if defined(__cplusplus) && __cplusplus >= 201103L
typedef char16_t SimpleMapiWChar;
#else
typedef uint16_t SimpleMapiWChar;
#endif
#define SIMPLEMAPI_WCHAR_BYTES 2
#else
typedef wchar_t SimpleMapiWChar;
#if defined(__SIZEOF_WCHAR_T__)
#define SIMPLEMAPI_WCHAR_BYTES __SIZEOF_WCHAR_T__
#elif defined(WCHAR_MAX) && WCHAR_MAX > 0xFFFF
#define SIMPLEMAPI_WCHAR_BYTES 4
#else
#define SIMPLEMAPI_WCHAR_BYTES 2
#endif
#endif

#ifndef SIMPLEMAPI_HAVE_WINDOWS_TYPES
typedef SimpleMapiWChar *PWSTR;
#endif

#if SIMPLEMAPI_WCHAR_BYTES == 4
#define MAPISendMailW SimpleMapiSendMailWide
#define SIMPLEMAPI_SENDMAILW_SYMBOL "SimpleMapiSendMailWide"
#else
#define SIMPLEMAPI_SENDMAILW_SYMBOL "MAPISendMailW"
#endif

/*
 * How the functions are called: as those of the system, which on Windows with 32 bits is not how C
 * calls its own.
 */
#if defined(_WIN32) && !defined(_WIN64)
#define MAPI_CALL __stdcall
#else
#define MAPI_CALL
#endif

/*
 * Each of these stops the compiler with "size of array is negative" when the name is not true, as
 * with a windows.h whose ULONG is `unsigned long`.
 */
typedef char simplemapi_ulong_has_32_bits[sizeof(ULONG) == 4 ? 1 : -1];
typedef char simplemapi_ulong_ptr_is_as_wide_as_a_pointer
    [sizeof(ULONG_PTR) == sizeof(void *) ? 1 : -1];
typedef char simplemapi_wide_unit_is_what_was_chosen
    [sizeof(SimpleMapiWChar) == SIMPLEMAPI_WCHAR_BYTES ? 1 : -1];

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A recipient, or the sender of a message.
 *
 * Given an address, the message goes to it and the name is what people see. Given a name only, it
 * is looked up as MAPIResolveName does. Given an entry id, name and address are not looked at.
 */
typedef struct MapiRecipDesc {
    /** Reserved: 0. */
    ULONG ulReserved;
    /**
     * MAPI_TO, MAPI_CC or MAPI_BCC; MAPI_ORIG for a sender. MAPI_ORIG in a list of recipients counts
     * as MAPI_TO.
     */
    ULONG ulRecipClass;
    /** Name to show, or NULL. An address is accepted here too when lpszAddress is NULL or "". */
    LPSTR lpszName;
    /** "SMTP:ada@example.org" or "ada@example.org"; NULL to have the name looked up. */
    LPSTR lpszAddress;
    /** Number of bytes at lpEntryID, or 0. */
    ULONG ulEIDSize;
    /** Opaque identifier that a former call returned, or NULL. */
    LPVOID lpEntryID;
} MapiRecipDesc;

/**
 * A file to attach, or one that was attached.
 *
 * The caller keeps the structure and the file; both may go as soon as the call has returned.
 */
typedef struct MapiFileDesc {
    /** Reserved: 0. */
    ULONG ulReserved;
    /** 0 for an ordinary file, or MAPI_OLE, or MAPI_OLE | MAPI_OLE_STATIC. */
    FLAGS flFlags;
    /**
     * Index, in characters, of the character in lpszNoteText that the attachment stands for, or
     * 0xFFFFFFFF (-1) when it stands nowhere in the text.
     */
    ULONG nPosition;
    /** Full path of the file. Required when sending. */
    LPSTR lpszPathName;
    /** The name that the recipient sees. NULL or "": the last part of lpszPathName. */
    LPSTR lpszFileName;
    /**
     * NULL (type not known), or a MapiFileTagExt. Its contents are not used when sending: the type
     * follows from the name.
     */
    LPVOID lpFileType;
} MapiFileDesc;

/**
 * A message.
 *
 * Text is UTF-8 if its bytes are valid UTF-8. Otherwise it is in the character set of the locale, or,
 * where that is UTF-8 too, in the legacy one of the configuration (Windows-1252 unless it says
 * otherwise). Every text may be NULL, which means the same as "".
 * What the library returns is one block: give it back with one MAPIFreeBuffer, never in parts.
 */
typedef struct MapiMessage {
    /** 0, or CP_UTF8: all text of this message, its recipients and its files is UTF-8. */
    ULONG ulReserved;
    /** The subject. A line break in it becomes a blank. */
    LPSTR lpszSubject;
    /** The body. Paragraphs end with CR, LF or CR LF. */
    LPSTR lpszNoteText;
    /** The message class, such as "IPM.Note"; NULL or "" for ordinary mail. */
    LPSTR lpszMessageType;
    /** When the message arrived, as "YYYY/MM/DD HH:MM" in local time. Not looked at when sending. */
    LPSTR lpszDateReceived;
    /** Opaque identifier of the conversation, or NULL. */
    LPSTR lpszConversationID;
    /**
     * MAPI_UNREAD, MAPI_RECEIPT_REQUESTED, MAPI_SENT. Only MAPI_RECEIPT_REQUESTED counts when
     * sending.
     */
    FLAGS flFlags;
    /**
     * The sender, or NULL for the profile's own address. When sending it picks one of the
     * identities that the profile lists; it cannot invent another.
     */
    struct MapiRecipDesc *lpOriginator;
    /** Number of entries at lpRecips. */
    ULONG nRecipCount;
    /** The recipients. NULL only if nRecipCount is 0. */
    struct MapiRecipDesc *lpRecips;
    /** Number of entries at lpFiles. */
    ULONG nFileCount;
    /** The attachments. NULL only if nFileCount is 0. */
    struct MapiFileDesc *lpFiles;
} MapiMessage;

/** Pointer to a MapiMessage. */
typedef struct MapiMessage *lpMapiMessage;

/** MapiRecipDesc with wide text, for MAPISendMailW. The fields mean the same. */
typedef struct MapiRecipDescW {
    ULONG ulReserved;
    ULONG ulRecipClass;
    SimpleMapiWChar *lpszName;
    SimpleMapiWChar *lpszAddress;
    ULONG ulEIDSize;
    LPVOID lpEntryID;
} MapiRecipDescW;

/** MapiFileDesc with wide text, for MAPISendMailW. The fields mean the same. */
typedef struct MapiFileDescW {
    ULONG ulReserved;
    FLAGS flFlags;
    ULONG nPosition;
    SimpleMapiWChar *lpszPathName;
    SimpleMapiWChar *lpszFileName;
    LPVOID lpFileType;
} MapiFileDescW;

/**
 * MapiMessage with wide text, for MAPISendMailW. The fields mean the same; ulReserved is 0, since the
 * text is Unicode already.
 */
typedef struct MapiMessageW {
    ULONG ulReserved;
    SimpleMapiWChar *lpszSubject;
    SimpleMapiWChar *lpszNoteText;
    SimpleMapiWChar *lpszMessageType;
    SimpleMapiWChar *lpszDateReceived;
    SimpleMapiWChar *lpszConversationID;
    FLAGS flFlags;
    struct MapiRecipDescW *lpOriginator;
    ULONG nRecipCount;
    struct MapiRecipDescW *lpRecips;
    ULONG nFileCount;
    struct MapiFileDescW *lpFiles;
} MapiMessageW;

/** Pointer to a MapiMessageW. */
typedef struct MapiMessageW *lpMapiMessageW;

/** Pointer to a MapiRecipDesc. */
typedef struct MapiRecipDesc *lpMapiRecipDesc;

/** Pointer to a MapiFileDesc. */
typedef struct MapiFileDesc *lpMapiFileDesc;

/** Pointer to a MapiFileDescW. */
typedef struct MapiFileDescW *lpMapiFileDescW;

/** The type of an attachment as X.400 object identifiers, behind MapiFileDesc.lpFileType. */
typedef struct MapiFileTagExt {
    /** Reserved: 0. */
    ULONG ulReserved;
    /** Number of bytes at lpTag. */
    ULONG cbTag;
    /** Object identifier of the type of the file. */
    uint8_t *lpTag;
    /** Number of bytes at lpEncoding. */
    ULONG cbEncoding;
    /** Object identifier of the encoding of the file, such as MacBinary. */
    uint8_t *lpEncoding;
} MapiFileTagExt;

/** Pointer to a MapiFileTagExt. */
typedef struct MapiFileTagExt *lpMapiFileTagExt;

/** Pointer to a MapiRecipDescW. */
typedef struct MapiRecipDescW *lpMapiRecipDescW;

/** No session: the call opens one for itself and closes it before it returns. */
#define lhSessionNull 0

/** In MapiMessage.ulReserved: all text is UTF-8. */
#define CP_UTF8 65001

/** MapiRecipDesc.ulRecipClass: the sender of a message. */
#define MAPI_ORIG 0

/** MapiRecipDesc.ulRecipClass: a primary recipient. */
#define MAPI_TO 1

/** MapiRecipDesc.ulRecipClass: a recipient of a copy. */
#define MAPI_CC 2

/** MapiRecipDesc.ulRecipClass: a recipient of a copy whom nobody else sees. */
#define MAPI_BCC 3

/** MapiFileDesc.flFlags: an embedded OLE 1 object. */
#define MAPI_OLE 0x00000001

/** MapiFileDesc.flFlags, with MAPI_OLE: a static OLE object. */
#define MAPI_OLE_STATIC 0x00000002

/** MapiMessage.flFlags: nobody has read the message yet. */
#define MAPI_UNREAD 0x00000001

/** MapiMessage.flFlags: the sender asks to be told when the message is read. */
#define MAPI_RECEIPT_REQUESTED 0x00000002

/** MapiMessage.flFlags: the message was sent by this user. */
#define MAPI_SENT 0x00000004

/** Calls that open a session: a dialog may ask for what the logon lacks. */
#define MAPI_LOGON_UI 0x00000001

/** Calls that open a session: do not join the one that is shared. */
#define MAPI_NEW_SESSION 0x00000002

/** MAPISendMail and MAPIResolveName: a dialog may ask the user. */
#define MAPI_DIALOG 0x00000008

/**
 * MAPISendMail: as MAPI_DIALOG, but return at once and leave the dialog open.
 * Contains MAPI_DIALOG: test for both bits.
 */
#define MAPI_DIALOG_MODELESS 0x0000000C

/** MAPIFindNext: only messages that nobody has read. */
#define MAPI_UNREAD_ONLY 0x00000020

/** MAPILogon: log on to Extended MAPI too. There is none here; ignored. */
#define MAPI_EXTENDED 0x00000020

/** MAPIReadMail: the header only, no body and no files. */
#define MAPI_ENVELOPE_ONLY 0x00000040

/** MAPIReadMail: leave the message marked as unread. */
#define MAPI_PEEK 0x00000080

/** MAPIFindNext: in the order in which the messages arrived. */
#define MAPI_GUARANTEE_FIFO 0x00000100

/** MAPIReadMail: put the body into a file, the first of lpFiles. */
#define MAPI_BODY_AS_FILE 0x00000200

/** MAPIDetails and MAPIResolveName: show entries, do not change them. */
#define MAPI_AB_NOMODIFY 0x00000400

/** MAPIReadMail: header and body, no files. */
#define MAPI_SUPPRESS_ATTACH 0x00000800

/** MAPILogon: fetch waiting mail before returning. */
#define MAPI_FORCE_DOWNLOAD 0x00001000

/** MAPIFindNext and MAPISaveMail: the buffer for the message id has 512 bytes, not 64. */
#define MAPI_LONG_MSGID 0x00004000

/** MAPILogon: a dialog may ask for the password only. */
#define MAPI_PASSWORD_UI 0x00020000

/**
 * MAPISendMailW: never convert the text to a narrow character set. Never needed here.
 * Programs test for this name to learn that the W functions are declared.
 */
#define MAPI_FORCE_UNICODE 0x00040000

/** MAPILogoff in old programs; accepted and ignored. */
#define MAPI_LOGOFF_SHARED 0x00000001

/** MAPILogoff in old programs; accepted and ignored. */
#define MAPI_LOGOFF_UI 0x00000002

/** MAPILogon in old programs: the default profile; ignored, since NULL names it. */
#define MAPI_USE_DEFAULT 0x00000040

/** The call did what it was asked to do. */
#define SUCCESS_SUCCESS 0

/** A person cancelled; nothing was done. Never returned for any other cause. */
#define MAPI_USER_ABORT 1

/** The newer name of MAPI_USER_ABORT. */
#define MAPI_E_USER_ABORT MAPI_USER_ABORT

/** An argument cannot be used, or no more precise code fits. SimpleMapiLastError tells which. */
#define MAPI_E_FAILURE 2

/** No profile could be opened, or the server refused the name or the password. */
#define MAPI_E_LOGON_FAILURE 3

/** The other name of MAPI_E_LOGON_FAILURE. */
#define MAPI_E_LOGIN_FAILURE MAPI_E_LOGON_FAILURE

/** A disk is full. */
#define MAPI_E_DISK_FULL 4

/** Memory, threads or file descriptors ran out. */
#define MAPI_E_INSUFFICIENT_MEMORY 5

/** Access was denied. */
#define MAPI_E_ACCESS_DENIED 6

/** The name of 6 in very old programs. */
#define MAPI_E_BLK_TOO_SMALL MAPI_E_ACCESS_DENIED

/** The process holds as many sessions as it may. (7 was never assigned.) */
#define MAPI_E_TOO_MANY_SESSIONS 8

/** More attachments than the profile allows. */
#define MAPI_E_TOO_MANY_FILES 9

/** More recipients than the profile allows. */
#define MAPI_E_TOO_MANY_RECIPIENTS 10

/** An attachment does not exist. */
#define MAPI_E_ATTACHMENT_NOT_FOUND 11

/** An attachment exists but cannot be read, or is not a file. */
#define MAPI_E_ATTACHMENT_OPEN_FAILURE 12

/** The copy of an attachment could not be written. */
#define MAPI_E_ATTACHMENT_WRITE_FAILURE 13

/** A name matches nobody, or the message has no recipient at all. */
#define MAPI_E_UNKNOWN_RECIPIENT 14

/** A recipient class is none of MAPI_TO, MAPI_CC and MAPI_BCC. */
#define MAPI_E_BAD_RECIPTYPE 15

/** There is no further message. */
#define MAPI_E_NO_MESSAGES 16

/** A message id names no message. */
#define MAPI_E_INVALID_MESSAGE 17

/** The body is longer than the profile allows. */
#define MAPI_E_TEXT_TOO_LARGE 18

/** A session handle names no open session of this process. */
#define MAPI_E_INVALID_SESSION 19

/** Never returned. */
#define MAPI_E_TYPE_NOT_SUPPORTED 20

/** A name matches several people, and no dialog may ask which. */
#define MAPI_E_AMBIGUOUS_RECIPIENT 21

/** The older name of MAPI_E_AMBIGUOUS_RECIPIENT. */
#define MAPI_E_AMBIG_RECIP MAPI_E_AMBIGUOUS_RECIPIENT

/** A name of MAPI_E_AMBIGUOUS_RECIPIENT in parts of the MAPI reference. */
#define MAPI_E_AMBIGUOUS_RECIP MAPI_E_AMBIGUOUS_RECIPIENT

/** Never returned. */
#define MAPI_E_MESSAGE_IN_USE 22

/** The network, or the server at its end, failed. */
#define MAPI_E_NETWORK_FAILURE 23

/** The number of edit fields for MAPIAddress is not 0 to 4. */
#define MAPI_E_INVALID_EDITFIELDS 24

/** An address is malformed, of a type that nothing here delivers, or refused by the server. */
#define MAPI_E_INVALID_RECIPS 25

/** The feature is not there: not in this version, this profile or on this machine. */
#define MAPI_E_NOT_SUPPORTED 26

/** Never returned: everything here is Unicode. */
#define MAPI_E_UNICODE_NOT_SUPPORTED 27

/** An attachment, or the message with it, is larger than the profile or the server allows. */
#define MAPI_E_ATTACHMENT_TOO_LARGE 28

/**
 * Opens a session and writes its handle, for calls to use until MAPILogoff.
 *
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpszProfileName: a profile of the configuration file; NULL or "" for the default one. At most
 *   256 characters.
 * - lpszPassword: the password of that profile, for when the configuration holds none; NULL or "" for
 *   the configured one. At most 256 characters.
 * - flFlags: MAPI_NEW_SESSION (do not join the shared session), MAPI_LOGON_UI (a person may be asked for
 *   the profile and its password, if the logon fails without), MAPI_PASSWORD_UI (only for the password),
 *   MAPI_FORCE_DOWNLOAD. Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 * - lplhSession: where the handle is written, not NULL. The handle is not 0 and fits 32 bits, means
 *   nothing in another process, and any thread may use it. 0 is written if the call fails.
 *
 * Without a profile name, a password and MAPI_LOGON_UI the call asks whether mail can be sent
 * without bothering anybody: it succeeds when there is a shared session to join, or a default profile.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the handle is written.
 * - MAPI_E_FAILURE: lplhSession is NULL, the front end for dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: there is no configuration or no such profile, the password is missing or
 *   not the configured one, or one of the two is too long.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_TOO_MANY_SESSIONS: this process holds as many sessions as it may.
 * - MAPI_USER_ABORT: a person cancelled the dialog.
 *
 * Source: the MAPI reference; success without a session for a default profile is our own decision.
 *
 * Safety
 *
 * Each pointer is NULL or points to what its type says until the call returns.
 */
ULONG MAPI_CALL MAPILogon(ULONG_PTR ulUIParam,
                          LPSTR lpszProfileName,
                          LPSTR lpszPassword,
                          FLAGS flFlags,
                          ULONG ulReserved,
                          LHANDLE *lplhSession);

/**
 * Closes a session. What MAPIReadMail, MAPIAddress or MAPIResolveName returned in it stays valid until
 * MAPIFreeBuffer.
 *
 * - lhSession: a handle from MAPILogon; not 0. It is dead afterwards.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - flFlags: 0. MAPI_LOGOFF_SHARED and MAPI_LOGOFF_UI are accepted and ignored.
 * - ulReserved: 0. Not looked at.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the session is closed.
 * - MAPI_E_FAILURE: flFlags has a bit that is not allowed; the session stays open.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory or threads ran out; the session stays open.
 * - MAPI_E_INVALID_SESSION: the handle is 0, closed already, or was never one.
 *
 * Source: the MAPI reference; the two old flags are our own decision.
 *
 * Safety
 *
 * Any handle is safe, also one that is not open.
 */
ULONG MAPI_CALL MAPILogoff(LHANDLE lhSession,
                           ULONG_PTR ulUIParam,
                           FLAGS flFlags,
                           ULONG ulReserved);

/**
 * Sends a message.
 *
 * All or nothing: a call that fails has sent nothing, to nobody. Attachments are read before the call
 * returns, so their files may be changed or deleted at once.
 *
 * - lhSession: a handle from MAPILogon, or 0: the call uses the shared session if there is one, or
 *   opens the default profile and closes it again.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpMessage: the message, not NULL. It stays the caller's and is not changed. See MapiMessage.
 *   Without a dialog it needs at least one recipient.
 * - flFlags: MAPI_DIALOG (a person completes the message in a window, and the call waits for them),
 *   MAPI_DIALOG_MODELESS (the same in a window that outlives the call, which returns when everything is
 *   copied and the window is there), MAPI_LOGON_UI (a person may be asked for a profile),
 *   MAPI_NEW_SESSION (with lhSession 0: do not join the shared session). Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the server took responsibility for the message for every recipient, or the
 *   outbox holds it durably; SimpleMapiLastError says "sent" or "queued". With MAPI_DIALOG_MODELESS: a
 *   window shows it. With a dialog and no configuration at all: the person's mail program has it.
 * - MAPI_USER_ABORT: a person cancelled; nothing was sent.
 * - MAPI_E_FAILURE: lpMessage is NULL, a count is not 0 where its array is NULL, the server refused
 *   the message, the front end for dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened, or the server refused the name or password.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS: more than the profile's limits allow.
 * - MAPI_E_ATTACHMENT_NOT_FOUND: there is no such file.
 * - MAPI_E_ATTACHMENT_OPEN_FAILURE: it cannot be read, or is a folder, pipe or device.
 * - MAPI_E_ATTACHMENT_TOO_LARGE: a file is larger than the profile's limits, or the message is larger
 *   than the server takes.
 * - MAPI_E_UNKNOWN_RECIPIENT: a name is in no address book, or there is no recipient at all.
 * - MAPI_E_BAD_RECIPTYPE: a class is none of MAPI_TO, MAPI_CC and MAPI_BCC (MAPI_ORIG counts as MAPI_TO).
 * - MAPI_E_TEXT_TOO_LARGE: the body is longer than the profile's limits allow, or another text has no
 *   end within 65536 units.
 * - MAPI_E_INVALID_SESSION: lhSession is neither 0 nor an open session.
 * - MAPI_E_AMBIGUOUS_RECIPIENT: a name matches several people and no dialog may ask which.
 * - MAPI_E_INVALID_RECIPS: an address is malformed, of a type other than SMTP, or the server refused
 *   it; or an entry id is not one of ours.
 * - MAPI_E_NETWORK_FAILURE: the server has no valid certificate; or it cannot be reached, puts the
 *   message off or breaks off, and the profile lets nothing wait in the outbox. Only if its very last answer was lost may the message have been delivered; then
 *   SimpleMapiLastError says so.
 * - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: a message that stays on this machine, or waits in
 *   the outbox, cannot be stored.
 * - MAPI_E_ATTACHMENT_WRITE_FAILURE, MAPI_E_DISK_FULL: a file cannot be copied for a window that
 *   outlives the call, or for a mail program.
 * - MAPI_E_NOT_SUPPORTED: a dialog was asked for, and there is no front end for it, or no screen.
 *
 * Source: the MAPI reference; the codes for a bad session, the network, the disk, a copy and what is not
 * supported, which it does not list here, are our own decision.
 *
 * Safety
 *
 * lpMessage and every pointer in it is NULL or points to what its type says, arrays to as many
 * elements as are counted, until the call returns.
 */
ULONG MAPI_CALL MAPISendMail(LHANDLE lhSession,
                             ULONG_PTR ulUIParam,
                             lpMapiMessage lpMessage,
                             FLAGS flFlags,
                             ULONG ulReserved);

/**
 * Sends a message whose text is wide. All else is as in MAPISendMail.
 *
 * The exported symbol takes UTF-16. Where wchar_t has 32 bits this name stands for
 * SimpleMapiSendMailWide, which takes UTF-32; see the top of this file.
 *
 * - flFlags: those of MAPISendMail, and MAPI_FORCE_UNICODE, which changes nothing here.
 *
 * Returns what MAPISendMail returns; never MAPI_E_UNICODE_NOT_SUPPORTED. A unit that is not Unicode
 * (half of a surrogate pair) becomes U+FFFD.
 *
 * Source: the MAPI reference.
 *
 * Safety
 *
 * As for MAPISendMail.
 */
ULONG MAPI_CALL MAPISendMailW(LHANDLE lhSession,
                              ULONG_PTR ulUIParam,
                              lpMapiMessageW lpMessage,
                              FLAGS flFlags,
                              ULONG ulReserved);

/**
 * Opens a window with a new message that has these files attached, for a person to complete.
 *
 * - ulUIParam: parent window, or 0. Never dereferenced.
 * - lpszDelimChar: the character between paths and between names; only the first one counts. NULL
 *   or "": lpszFilePaths is one path, or, if no such file exists, a list with ';' between.
 * - lpszFilePaths: full paths. NULL or "": no attachments. Empty elements are skipped.
 * - lpszFileNames: the names that the recipient sees, in the same order. NULL, "" or too few: the last
 *   parts of the paths.
 * - ulReserved: 0. Not looked at.
 *
 * The files may be changed or deleted when the call returns.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the message was sent, or the outbox holds it; or, with no configuration at all,
 *   the person's mail program has it.
 * - MAPI_USER_ABORT: a person cancelled; nothing was sent.
 * - MAPI_E_FAILURE: the front end for dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened, and nobody could be asked for one.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_TOO_MANY_FILES, MAPI_E_ATTACHMENT_TOO_LARGE: more than the profile's limits allow: our own
 *   decision.
 * - MAPI_E_ATTACHMENT_OPEN_FAILURE: a file does not exist or cannot be read.
 * - MAPI_E_ATTACHMENT_WRITE_FAILURE, MAPI_E_DISK_FULL: its copy cannot be written, which a mail program
 *   is to read.
 * - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or no screen: our own decision.
 *
 * Source: the MAPI reference, but for what is said to be our own.
 *
 * Safety
 *
 * Each pointer is NULL or points to text that ends with a NUL until the call returns.
 */
ULONG MAPI_CALL MAPISendDocuments(ULONG_PTR ulUIParam,
                                  LPSTR lpszDelimChar,
                                  LPSTR lpszFilePaths,
                                  LPSTR lpszFileNames,
                                  ULONG ulReserved);

/**
 * Finds the next message in the folder for incoming mail.
 *
 * - lhSession: a handle from MAPILogon; not 0.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpszMessageType: only messages whose class begins with this; NULL or "" for ordinary mail.
 * - lpszSeedMessageID: the message after which to go on; NULL or "" for the first one. May be the
 *   same buffer as lpszMessageID, and a message that was deleted meanwhile.
 * - flFlags: MAPI_UNREAD_ONLY, MAPI_GUARANTEE_FIFO, MAPI_LONG_MSGID. Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 * - lpszMessageID: where the id is written, not NULL: 64 bytes, or 512 with MAPI_LONG_MSGID. Ids have
 *   at most 63 bytes and a NUL, are printable ASCII, and stay the same for as long as the message is
 *   in the folder. "" is written if the call fails.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the id is written.
 * - MAPI_E_FAILURE: lpszMessageID is NULL, or no other code fits.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_ACCESS_DENIED: the system forbids reading the folder.
 * - MAPI_E_NO_MESSAGES: there is no further message.
 * - MAPI_E_INVALID_MESSAGE: lpszSeedMessageID names no message.
 * - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
 * - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
 *   cannot be reached or understood.
 * - MAPI_E_NOT_SUPPORTED: the profile has no message store.
 *
 * Source: the MAPI reference.
 *
 * Safety
 *
 * Each pointer is NULL or points to what its type says until the call returns.
 */
ULONG MAPI_CALL MAPIFindNext(LHANDLE lhSession,
                             ULONG_PTR ulUIParam,
                             LPSTR lpszMessageType,
                             LPSTR lpszSeedMessageID,
                             FLAGS flFlags,
                             ULONG ulReserved,
                             LPSTR lpszMessageID);

/**
 * Reads a message.
 *
 * - lhSession: a handle from MAPILogon; not 0.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpszMessageID: an id from MAPIFindNext or MAPISaveMail.
 * - flFlags: MAPI_ENVELOPE_ONLY, MAPI_SUPPRESS_ATTACH, MAPI_BODY_AS_FILE, MAPI_PEEK. Other bits are
 *   ignored.
 * - ulReserved: 0. Not looked at.
 * - lppMessage: where the message's address is written, not NULL. Give it to MAPIFreeBuffer. NULL is
 *   written if the call fails. Attachments are written to files that the caller deletes.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the message is there.
 * - MAPI_E_FAILURE: lppMessage is NULL, or no other code fits.
 * - MAPI_E_DISK_FULL, MAPI_E_ATTACHMENT_WRITE_FAILURE: a file cannot be written.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_ACCESS_DENIED: the system forbids reading the message.
 * - MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS: the message has more than can be returned.
 * - MAPI_E_INVALID_MESSAGE: lpszMessageID is NULL or names no message.
 * - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
 * - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
 *   cannot be reached or understood.
 * - MAPI_E_NOT_SUPPORTED: the profile has no message store.
 *
 * Source: the MAPI reference, but for the last code, which is our own decision.
 *
 * Safety
 *
 * Each pointer is NULL or points to what its type says until the call returns.
 */
ULONG MAPI_CALL MAPIReadMail(LHANDLE lhSession,
                             ULONG_PTR ulUIParam,
                             LPSTR lpszMessageID,
                             FLAGS flFlags,
                             ULONG ulReserved,
                             lpMapiMessage *lppMessage);

/**
 * Saves a message: a new one in the folder for incoming mail, or in place of an old one.
 *
 * - lhSession: a handle from MAPILogon; 0 only if the id is "".
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpMessage: the message, not NULL. It stays the caller's. Nothing in it is required.
 * - flFlags: MAPI_LOGON_UI, MAPI_NEW_SESSION, MAPI_LONG_MSGID. Other bits are ignored.
 * - ulReserved: 0. MAPI_LONG_MSGID is accepted here too, where some programs put it.
 * - lpszMessageID: the message to replace, or "" to save a new one. The id under which it is saved is
 *   written here: 64 bytes in either case, or 512 with MAPI_LONG_MSGID. One that is replaced keeps its
 *   id, except on an IMAP server, whose messages cannot change. Not NULL.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the message is saved.
 * - MAPI_E_FAILURE: lpMessage or lpszMessageID is NULL, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened, or the store's server refuses the login.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_ATTACHMENT_NOT_FOUND: a file does not exist or cannot be read.
 * - MAPI_E_ATTACHMENT_OPEN_FAILURE: a file changed while it was copied.
 * - MAPI_E_ATTACHMENT_TOO_LARGE, MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS,
 *   MAPI_E_TEXT_TOO_LARGE: more than the profile allows; the last also for a text without an end.
 * - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: the system cannot or may not write it.
 * - MAPI_E_BAD_RECIPTYPE: a recipient class is not known.
 * - MAPI_E_INVALID_MESSAGE: the id names no message.
 * - MAPI_E_INVALID_RECIPS: an address is malformed.
 * - MAPI_E_INVALID_SESSION: the handle is not open, or 0 with an id.
 * - MAPI_E_NETWORK_FAILURE: the store is on a server, which cannot be reached or understood.
 * - MAPI_E_NOT_SUPPORTED: the profile has no message store.
 *
 * Source: the MAPI reference; MAPI_LONG_MSGID in ulReserved is our own decision.
 *
 * Safety
 *
 * As for MAPISendMail.
 */
ULONG MAPI_CALL MAPISaveMail(LHANDLE lhSession,
                             ULONG_PTR ulUIParam,
                             lpMapiMessage lpMessage,
                             FLAGS flFlags,
                             ULONG ulReserved,
                             LPSTR lpszMessageID);

/**
 * Deletes a message.
 *
 * - lhSession: a handle from MAPILogon; not 0.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpszMessageID: an id from MAPIFindNext or MAPISaveMail. It is dead afterwards.
 * - flFlags, ulReserved: 0. Not looked at.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the message is gone.
 * - MAPI_E_FAILURE: no other code fits. After all but the network's the message is still there.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: the system cannot or may not move it to the trash.
 * - MAPI_E_INVALID_MESSAGE: lpszMessageID is NULL or names no message.
 * - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
 * - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
 *   cannot be reached or understood.
 * - MAPI_E_NOT_SUPPORTED: the profile has no message store.
 *
 * Source: the MAPI reference, but for the last code, which is our own decision.
 *
 * Safety
 *
 * lpszMessageID is NULL or points to text that ends with a NUL.
 */
ULONG MAPI_CALL MAPIDeleteMail(LHANDLE lhSession,
                               ULONG_PTR ulUIParam,
                               LPSTR lpszMessageID,
                               FLAGS flFlags,
                               ULONG ulReserved);

/**
 * Frees what MAPIReadMail, MAPIAddress or MAPIResolveName returned, with all that belongs to it.
 *
 * - pv: an address that one of them wrote, or NULL. Never a part of what it points to. It does not
 *   matter whether the session is still open.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: it is freed, or pv was NULL.
 * - MAPI_E_FAILURE: pv is not something that was returned and not yet freed. Nothing was touched.
 *
 * Source: the MAPI reference; NULL and foreign addresses are our own decision.
 *
 * Safety
 *
 * Any address is safe to give. What was freed must not be used any more.
 */
ULONG MAPI_CALL MAPIFreeBuffer(LPVOID pv);

/**
 * Lets a person choose recipients in a window. Cannot be told to show none.
 *
 * - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
 * - ulUIParam: parent window, or 0. Never dereferenced.
 * - lpszCaption: title of the window; NULL or "" for "Address Book".
 * - nEditFields: 0 to look only, 1 for To, 2 for To and Cc, 3 for To, Cc and Bcc, 4 for all there are.
 *   Each class of recipients that is there has a field, however few are asked for, unless it is 0.
 * - lpszLabels: with nEditFields 1, the label of the field; NULL or "" for "To".
 * - nRecips, lpRecips: recipients to begin with. lpRecips is not looked at when nRecips is 0.
 * - flFlags: MAPI_LOGON_UI, MAPI_NEW_SESSION. Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 * - lpnNewRecips: where the number of recipients is written, not NULL; 0 if the call fails.
 * - lppNewRecips: where the address of the recipients is written, not NULL; NULL if the call fails.
 *   Give it to MAPIFreeBuffer, also when there are 0.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the recipients are there, first those in To, then in Cc, then in Bcc, each with an
 *   entry id. With nEditFields 0 they are those at lpRecips.
 * - MAPI_USER_ABORT: a person cancelled.
 * - MAPI_E_FAILURE: lpnNewRecips or lppNewRecips is NULL, lpRecips is NULL where nRecips is not 0, the
 *   front end for dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open.
 * - MAPI_E_INVALID_EDITFIELDS: nEditFields is not 0 to 4.
 * - MAPI_E_INVALID_RECIPS: a recipient at lpRecips is malformed.
 * - MAPI_E_TOO_MANY_RECIPIENTS: nRecips is over the profile's limit: our own decision.
 * - MAPI_E_TEXT_TOO_LARGE: a text has no end: our own decision.
 * - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or it has no screen.
 *
 * Source: the MAPI reference, but for what is said to be our own.
 *
 * Safety
 *
 * Each pointer is NULL or points to what its type says, lpRecips to nRecips elements, until the call
 * returns.
 */
ULONG MAPI_CALL MAPIAddress(LHANDLE lhSession,
                            ULONG_PTR ulUIParam,
                            LPSTR lpszCaption,
                            ULONG nEditFields,
                            LPSTR lpszLabels,
                            ULONG nRecips,
                            lpMapiRecipDesc lpRecips,
                            FLAGS flFlags,
                            ULONG ulReserved,
                            ULONG *lpnNewRecips,
                            lpMapiRecipDesc *lppNewRecips);

/**
 * Shows the address book's entry of a recipient in a window. Cannot be told to show none.
 *
 * - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
 * - ulUIParam: parent window, or 0. Never dereferenced.
 * - lpRecip: a recipient with an entry id, as MAPIAddress, MAPIReadMail and MAPIResolveName return it;
 *   not NULL. Only ulEIDSize and lpEntryID count.
 * - flFlags: MAPI_AB_NOMODIFY, MAPI_LOGON_UI, MAPI_NEW_SESSION. Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the entry was shown.
 * - MAPI_USER_ABORT: a person cancelled.
 * - MAPI_E_FAILURE: lpRecip is NULL, the front end for dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_AMBIGUOUS_RECIPIENT: ulEIDSize is 0.
 * - MAPI_E_INVALID_RECIPS: the entry id is not one of ours, or its entry is gone.
 * - MAPI_E_ACCESS_DENIED, MAPI_E_NETWORK_FAILURE: an address book cannot be asked: our own decision.
 * - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open: our own decision.
 * - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or it has no screen.
 *
 * Source: the MAPI reference, but for what is said to be our own.
 *
 * Safety
 *
 * lpRecip is NULL or points to a recipient whose lpEntryID points to ulEIDSize bytes.
 */
ULONG MAPI_CALL MAPIDetails(LHANDLE lhSession,
                            ULONG_PTR ulUIParam,
                            lpMapiRecipDesc lpRecip,
                            FLAGS flFlags,
                            ULONG ulReserved);

/**
 * Finds the recipient that a name stands for.
 *
 * - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
 * - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
 * - lpszName: a name, part of one, or an address; not NULL and not "". First a whole display name is
 *   looked for, then words that begin so, in the address books of the profile. There are no wildcards.
 * - flFlags: MAPI_DIALOG (ask a person when several match), MAPI_AB_NOMODIFY, MAPI_LOGON_UI,
 *   MAPI_NEW_SESSION. Other bits are ignored.
 * - ulReserved: 0. Not looked at.
 * - lppRecip: where the recipient's address is written, not NULL; NULL if the call fails. Give it to
 *   MAPIFreeBuffer. Its class is MAPI_TO.
 *
 * Returns
 *
 * - SUCCESS_SUCCESS: the recipient is there.
 * - MAPI_USER_ABORT: a person cancelled.
 * - MAPI_E_FAILURE: lppRecip or lpszName is NULL, an address book cannot be read, the front end for
 *   dialogs failed, or no other code fits.
 * - MAPI_E_LOGIN_FAILURE: no profile could be opened.
 * - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
 * - MAPI_E_UNKNOWN_RECIPIENT: nobody has this name.
 * - MAPI_E_AMBIGUOUS_RECIPIENT: several have it, and no dialog may ask which.
 * - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open: our own decision.
 * - MAPI_E_ACCESS_DENIED, MAPI_E_NETWORK_FAILURE: an address book cannot be asked: our own decision.
 * - MAPI_E_TEXT_TOO_LARGE: lpszName has no end: our own decision.
 * - MAPI_E_NOT_SUPPORTED: several have it, and there is no dialog to ask which.
 *
 * Source: the MAPI reference, but for what is said to be our own.
 *
 * Safety
 *
 * Each pointer is NULL or points to what its type says until the call returns.
 */
ULONG MAPI_CALL MAPIResolveName(LHANDLE lhSession,
                                ULONG_PTR ulUIParam,
                                LPSTR lpszName,
                                FLAGS flFlags,
                                ULONG ulReserved,
                                lpMapiRecipDesc *lppRecip);

/**
 * Beyond Simple MAPI: this and what follows is in this library only.
 *
 * Tells why this thread's last call failed: one line of UTF-8 that says what was tried, what
 * happened and how to mend it. A call that succeeds leaves it as it is, but for one that sends: after
 * that the text begins with "sent", or with "queued" when the message waits in the outbox.
 *
 * - buf: where the reason is written, or NULL to ask for its length. It is cut after a whole
 *   character if it does not fit, and always ends with a NUL.
 * - len: size of buf in bytes; 0 writes nothing.
 *
 * Returns the length of the whole reason in bytes, without the NUL; 0 if no call of this thread has
 * failed or sent anything. The reason was cut if this is not less than len.
 *
 * Safety
 *
 * buf is NULL or has room for len bytes.
 */
size_t MAPI_CALL SimpleMapiLastError(char *buf,
                                     size_t len);

/**
 * The version of this library, as "0.1.0". The text is the library's, lives for good and must not be
 * freed.
 */
const char *MAPI_CALL SimpleMapiVersion(void);

/*
 * Types of the functions, for programs that load the library while they run:
 *
 *     LPMAPISENDMAIL send = (LPMAPISENDMAIL)dlsym(library, "MAPISendMail");
 */
typedef ULONG (MAPI_CALL MAPILOGON)(ULONG_PTR ulUIParam, LPSTR lpszProfileName, LPSTR lpszPassword,
    FLAGS flFlags, ULONG ulReserved, LPLHANDLE lplhSession);
typedef MAPILOGON *LPMAPILOGON;

typedef ULONG (MAPI_CALL MAPILOGOFF)(LHANDLE lhSession, ULONG_PTR ulUIParam, FLAGS flFlags,
    ULONG ulReserved);
typedef MAPILOGOFF *LPMAPILOGOFF;

typedef ULONG (MAPI_CALL MAPISENDMAIL)(LHANDLE lhSession, ULONG_PTR ulUIParam, lpMapiMessage lpMessage,
    FLAGS flFlags, ULONG ulReserved);
typedef MAPISENDMAIL *LPMAPISENDMAIL;

/* Its wide text has the units of this compilation: load it as SIMPLEMAPI_SENDMAILW_SYMBOL. */
typedef ULONG (MAPI_CALL MAPISENDMAILW)(LHANDLE lhSession, ULONG_PTR ulUIParam, lpMapiMessageW lpMessage,
    FLAGS flFlags, ULONG ulReserved);
typedef MAPISENDMAILW *LPMAPISENDMAILW;

typedef ULONG (MAPI_CALL MAPISENDDOCUMENTS)(ULONG_PTR ulUIParam, LPSTR lpszDelimChar, LPSTR lpszFilePaths,
    LPSTR lpszFileNames, ULONG ulReserved);
typedef MAPISENDDOCUMENTS *LPMAPISENDDOCUMENTS;

typedef ULONG (MAPI_CALL MAPIFINDNEXT)(LHANDLE lhSession, ULONG_PTR ulUIParam, LPSTR lpszMessageType,
    LPSTR lpszSeedMessageID, FLAGS flFlags, ULONG ulReserved, LPSTR lpszMessageID);
typedef MAPIFINDNEXT *LPMAPIFINDNEXT;

typedef ULONG (MAPI_CALL MAPIREADMAIL)(LHANDLE lhSession, ULONG_PTR ulUIParam, LPSTR lpszMessageID,
    FLAGS flFlags, ULONG ulReserved, lpMapiMessage *lppMessage);
typedef MAPIREADMAIL *LPMAPIREADMAIL;

typedef ULONG (MAPI_CALL MAPISAVEMAIL)(LHANDLE lhSession, ULONG_PTR ulUIParam, lpMapiMessage lpMessage,
    FLAGS flFlags, ULONG ulReserved, LPSTR lpszMessageID);
typedef MAPISAVEMAIL *LPMAPISAVEMAIL;

typedef ULONG (MAPI_CALL MAPIDELETEMAIL)(LHANDLE lhSession, ULONG_PTR ulUIParam, LPSTR lpszMessageID,
    FLAGS flFlags, ULONG ulReserved);
typedef MAPIDELETEMAIL *LPMAPIDELETEMAIL;

typedef ULONG (MAPI_CALL MAPIFREEBUFFER)(LPVOID pv);
typedef MAPIFREEBUFFER *LPMAPIFREEBUFFER;

typedef ULONG (MAPI_CALL MAPIADDRESS)(LHANDLE lhSession, ULONG_PTR ulUIParam, LPSTR lpszCaption,
    ULONG nEditFields, LPSTR lpszLabels, ULONG nRecips, lpMapiRecipDesc lpRecips, FLAGS flFlags,
    ULONG ulReserved, LPULONG lpnNewRecips, lpMapiRecipDesc *lppNewRecips);
typedef MAPIADDRESS *LPMAPIADDRESS;

typedef ULONG (MAPI_CALL MAPIDETAILS)(LHANDLE lhSession, ULONG_PTR ulUIParam, lpMapiRecipDesc lpRecip,
    FLAGS flFlags, ULONG ulReserved);
typedef MAPIDETAILS *LPMAPIDETAILS;

typedef ULONG (MAPI_CALL MAPIRESOLVENAME)(LHANDLE lhSession, ULONG_PTR ulUIParam, LPSTR lpszName,
    FLAGS flFlags, ULONG ulReserved, lpMapiRecipDesc *lppRecip);
typedef MAPIRESOLVENAME *LPMAPIRESOLVENAME;

/*
 * MAPISendMailHelper does what MAPISendMailW does. In Windows sources MapiUnicodeHelp.h defines it,
 * for systems that have no MAPISendMailW; here that never happens.
 */
#if SIMPLEMAPI_WCHAR_BYTES == 4
#define MAPISendMailHelper SimpleMapiSendMailWide
#else
MAPISENDMAILW MAPISendMailHelper;
#endif

#ifdef __cplusplus
}
#endif

#endif /* MAPI_H */
