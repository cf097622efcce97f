-- What :Mapi does. `send` is for other plugins too.
local M = {
  library = "libsimplemapi.so.0",
  -- A profile of the configuration; nil for the default one.
  profile = nil,
}

local pending = 0

local classes = { to = 1, cc = 2, bcc = 3 }

local function tell(text, level)
  vim.notify("Mapi: " .. text, level)
end

-- Sends { recipients = { "1 ada@example.org", ... }, subject, text, path, name } and calls `done` with
-- the reason if that failed, or else with nil and how it went: "sent", or "queued as ...".
function M.send(message, done)
  local work
  work = vim.loop.new_work(
    require("mapi.send"),
    vim.schedule_wrap(function(reason, told)
      pending = pending - 1
      done(reason ~= "" and reason or nil, told)
    end)
  )
  pending = pending + 1
  work:queue(
    require("mapi.declarations"),
    M.library,
    M.profile or "",
    table.concat(message.recipients, "\n") .. "\n",
    message.subject or "",
    message.text or "",
    message.path or "",
    message.name or ""
  )
end

-- Whom a name in the address books stands for, to complete it; nil for nobody, for several, and for an
-- address book that takes too long.
function M.resolve(name)
  local answer
  local work = vim.loop.new_work(require("mapi.resolve"), function(found)
    answer = found
  end)
  work:queue(require("mapi.declarations"), M.library, name)
  vim.wait(3000, function()
    return answer ~= nil
  end, 10)
  return answer ~= "" and answer or nil
end

-- Waits until nothing is on its way: leaving the editor would end it half way.
function M.wait()
  if pending > 0 then
    tell("waiting for the mail server; CTRL-C leaves without it")
    vim.wait(960000, function()
      return pending == 0
    end, 20)
  end
end

-- The name of the buffer's file, as a recipient sees it.
local function name_of_buffer()
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ":t")
  return name ~= "" and name or "Unnamed.txt"
end

-- The buffer as it is on the screen, in a file that only its user may read; written as :w would.
local function written_buffer()
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, "p", 448) -- 0700
  local path = folder .. "/buffer"
  local options = vim.o.cpoptions
  vim.o.cpoptions = options:gsub("[AFWaf+]", "")
  local written, complaint =
    pcall(vim.cmd, "silent noautocmd keepalt write! " .. vim.fn.fnameescape(path))
  vim.o.cpoptions = options
  if not written then
    error(complaint, 0)
  end
  return path, folder
end

-- Takes "ada@example.org", "cc:...", "bcc:...", "subject=..." and "file=..." apart.
local function parse(arguments)
  local message = { recipients = {} }
  for _, argument in ipairs(arguments) do
    local key, value = argument:match("^(%a+)=(.*)$")
    local class, address = argument:match("^(%a+):(.*)$")
    if key == "subject" then
      message.subject = value
    elseif key == "file" then
      message.path = vim.fn.fnamemodify(vim.fn.expand(value), ":p")
    else
      local number = class and classes[class:lower()]
      table.insert(message.recipients, (number or 1) .. " " .. (number and address or argument))
    end
  end
  return message
end

-- :Mapi send and :Mapi attach.
function M.command(call)
  local what = table.remove(call.fargs, 1)
  local message = parse(call.fargs)
  if #message.recipients == 0 then
    return tell("who is it for? :Mapi " .. what .. " ada@example.org", vim.log.levels.ERROR)
  end
  message.subject = message.subject or name_of_buffer()
  local folder
  if what == "attach" then
    local written
    written, message.path, folder = pcall(written_buffer)
    if not written then
      return tell(tostring(message.path), vim.log.levels.ERROR)
    end
    message.name = name_of_buffer()
  elseif what == "send" then
    local lines = vim.api.nvim_buf_get_lines(0, call.line1 - 1, call.line2, false)
    message.text = table.concat(lines, "\n") .. "\n"
  else
    return tell("there are :Mapi send and :Mapi attach", vim.log.levels.ERROR)
  end
  M.send(message, function(reason, told)
    if folder then
      vim.fn.delete(folder, "rf")
    end
    if reason then
      tell("not sent: " .. reason, vim.log.levels.ERROR)
    else
      tell((told:match("^queued.*") or "sent") .. ' "' .. message.subject .. '"')
    end
  end)
end

return M
