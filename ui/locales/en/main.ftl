# What the windows say. An underscore stands before the letter that leads there with Alt; no letter twice in
# a window.

cancel = C_ancel
close = _Close
ok = _OK
choose = C_hoose

# Writing a message
compose-title = New Message
send = _Send
sending = Sending…
from = _From
to = _To
cc = C_c
bcc = _Bcc
subject = S_ubject
body = Message
files = Attached files
attach = A_ttach
attach-files = Attach Files
remove-file = Remove { $name }
suggestions = Suggestions
no-recipient = Say whom the message is for.
no-subject-question = Send Without a Subject?
send-anyway = _Send
discard-question = Discard This Message?
discard-explained = What you have written will be lost.
discard = _Discard
keep-writing = _Keep Writing
unfinished = A message was not finished: “{ $subject }”.
unfinished-open = O_pen
unfinished-discard = _Discard It
name-of-nobody = Nobody is found by the name “{ $name }”.
name-of-several = Several people are found by the name “{ $name }”.

# People
address-title = Address Book
search-people = Search people
people = People
search-hint = Type a name to look for people.
nobody-found = Nobody found
more-people = There are more: type more of the name.
a-list = Distribution list
add-to-field = Add to { $field }
resolve-title = Who Is Meant?
resolve-question = Several people are found by the name “{ $text }”. Which one is meant?
resolve-people = People by this name
looking = Looking…
details-title = Details
details-members = { $count ->
    [one] One member
   *[other] { $count } members
}

# Logging on
logon-title = Log On to Mail
log-on = _Log On
logging-on = Logging on…
profile = P_rofile
password = _Password
password-of = The password of the profile “{ $profile }” is wanted.
password-wanted = A password is wanted.
add-account = A_dd an Account…

# A new account
account-title = Add a Mail Account
account-explained = Mail can be sent once there is an account. Say who you are; the settings are looked for.
your-name = Your _name
address = _E-mail address
address-wanted = Write your whole e-mail address, as in ada@example.org.
password-missing = Write the password of your e-mail account.
continue = C_ontinue
finding = Looking for the settings…
found-from = These settings are from { $source }.
found-known = the list of known providers
found-dns = the records of your domain
found-nothing = No settings were found for this address. Your provider can tell what they are.
hint-app-password = This provider wants a password made for mail programs in place of your own: { $page }
hint-enable = Mail programs have to be allowed at this provider first: { $page }
hint-oauth-only = This provider takes no passwords from mail programs.
hint-elsewhere = Only the records of the domain say that your mail is at { $host }: is that your provider?
outgoing = Sending
outgoing-host = _Server
outgoing-port = Por_t
outgoing-security = Pr_otection
outgoing-user = _User name
has-incoming = _Read mail too
incoming = Reading
incoming-host = IMAP ser_ver
incoming-port = _IMAP port
incoming-security = IMAP prote_ction
incoming-user = I_MAP user name
security-tls = TLS
security-starttls = STARTTLS
security-none = None (on this computer only)
try-and-save = Tr_y and Save
trying = Logging in to the servers…
keeping = Saving…
problem-settings = The settings are not complete: { $reason }
problem-outgoing = Sending does not work: { $reason }
problem-incoming = Reading does not work: { $reason }
problem-keyring = The password cannot be kept: { $reason }
problem-configuration = The account cannot be saved: { $reason }

# The mail program
no-mail-program = there is no mail program that takes messages from others
no-window = no window could be shown
