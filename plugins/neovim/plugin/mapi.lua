if vim.g.loaded_mapi then
  return
end
vim.g.loaded_mapi = true

vim.api.nvim_create_user_command("Mapi", function(call)
  require("mapi").command(call)
end, {
  nargs = "+",
  range = "%",
  desc = "Send the buffer or the selection by mail",
  complete = function(lead, line)
    if line:match("^%S*%s+%S*$") then
      return vim.tbl_filter(function(word)
        return vim.startswith(word, lead)
      end, { "attach", "send" })
    end
    local path = lead:match("^file=(.*)")
    if path then
      return vim.tbl_map(function(found)
        return "file=" .. found
      end, vim.fn.getcompletion(path, "file"))
    end
    local words = vim.tbl_filter(function(word)
      return vim.startswith(word, lead)
    end, { "bcc:", "cc:", "file=", "subject=" })
    local class, name = lead:match("^(%l*:?)(.*)$")
    if class:sub(-1) ~= ":" then
      class, name = "", lead
    end
    if #words == 0 and name ~= "" and not lead:find("[=@]") then
      local found = require("mapi").resolve((name:gsub("\\ ", " ")))
      if found then
        table.insert(words, class .. found:gsub(" ", "\\ "))
      end
    end
    return words
  end,
})

vim.api.nvim_create_autocmd("VimLeavePre", {
  callback = function()
    if package.loaded.mapi then
      require("mapi").wait()
    end
  end,
})
