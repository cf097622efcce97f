-- Sends one message. Runs on a thread of its own, with a Lua of its own, so that the editor does not
-- wait for the mail server; therefore it uses nothing but its arguments.
return function(declarations, library, profile, recipients, subject, text, path, name)
  local ffi = require("ffi")
  -- A thread that is used again knows these already.
  pcall(ffi.cdef, declarations)
  local loaded, mapi = pcall(ffi.load, library)
  if not loaded then
    return "cannot load " .. library .. ": " .. tostring(mapi), ""
  end

  -- The message points to these strings: they stay until it is sent.
  local people = {}
  for class, name in recipients:gmatch("(%d) ([^\n]+)\n") do
    table.insert(people, { class = tonumber(class), name = name })
  end
  local to = ffi.new("MapiRecipDesc[?]", math.max(#people, 1))
  for i, person in ipairs(people) do
    to[i - 1].class = person.class
    to[i - 1].name = person.name -- an address will do
  end
  local file = ffi.new("MapiFileDesc[1]")
  file[0].position = 0xFFFFFFFF
  file[0].path = path
  file[0].name = name
  local message = ffi.new("MapiMessage")
  message.reserved = 65001 -- UTF-8
  message.subject = subject
  message.text = text
  message.recipient_count = #people
  message.recipients = to
  message.file_count = path ~= "" and 1 or 0
  message.files = file

  local session = ffi.new("uintptr_t[1]")
  local code = 0
  if profile ~= "" then
    code = mapi.MAPILogon(0, profile, nil, 2, 0, session) -- a session of our own
  end
  if code == 0 then
    code = mapi.MAPISendMail(session[0], 0, message, 0, 0)
  end
  -- Why not; or, where it was taken, whether it is sent or waits in the outbox.
  local buffer = ffi.new("char[4096]")
  mapi.SimpleMapiLastError(buffer, 4096)
  local told = ffi.string(buffer)
  if session[0] ~= 0 then
    mapi.MAPILogoff(session[0], 0, 0, 0)
  end
  return code ~= 0 and told or "", code == 0 and told or ""
end
