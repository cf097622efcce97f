-- Finds whom a name stands for; "" for nobody and for several. Runs where send.lua does.
return function(declarations, library, name)
  local ffi = require("ffi")
  pcall(ffi.cdef, declarations)
  local loaded, mapi = pcall(ffi.load, library)
  if not loaded then
    return ""
  end
  local found = ffi.new("MapiRecipDesc *[1]")
  if mapi.MAPIResolveName(0, 0, name, 0, 0, found) ~= 0 then
    return ""
  end
  local person = ffi.string(found[0].name)
  local address = ffi.string(found[0].address):match("^SMTP:(.*)")
  mapi.MAPIFreeBuffer(found[0])
  -- A list has no address of its own: its name stands for it.
  return address and address ~= person and person .. " <" .. address .. ">" or person
end
