-- What LuaJIT is told of mapi.h.
return [[
typedef struct {
  unsigned int reserved, class;
  const char *name, *address;
  unsigned int id_size;
  void *id;
} MapiRecipDesc;
typedef struct {
  unsigned int reserved, flags, position;
  const char *path, *name;
  void *type;
} MapiFileDesc;
typedef struct {
  unsigned int reserved;
  const char *subject, *text, *type, *date, *conversation;
  unsigned int flags;
  MapiRecipDesc *originator;
  unsigned int recipient_count;
  MapiRecipDesc *recipients;
  unsigned int file_count;
  MapiFileDesc *files;
} MapiMessage;
unsigned int MAPILogon(uintptr_t window, const char *profile, const char *password,
                       unsigned int flags, unsigned int reserved, uintptr_t *session);
unsigned int MAPILogoff(uintptr_t session, uintptr_t window, unsigned int flags,
                        unsigned int reserved);
unsigned int MAPISendMail(uintptr_t session, uintptr_t window, MapiMessage *message,
                          unsigned int flags, unsigned int reserved);
size_t SimpleMapiLastError(char *buffer, size_t size);
unsigned int MAPIResolveName(uintptr_t session, uintptr_t window, const char *name,
                             unsigned int flags, unsigned int reserved,
                             MapiRecipDesc **recipient);
unsigned int MAPIFreeBuffer(void *memory);
]]
