/*
 * workflow: asking for something, and having it approved, by mail between programs.
 *
 *     workflow request ADDRESS "what"    asks the program at that address for its approval
 *     workflow approve                   approves all requests that have arrived
 *     workflow collect                   acts on the approvals that have arrived
 *
 * Each kind of message has a class, by which the other side finds it; a conversation id ties the
 * answer to what was asked. What waits for an answer is noted in the asker's own mailbox, as a
 * message of a third class: an approval of something that was never asked for is not acted on.
 */
#include <mapi.hpp>

#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

const std::string request_class = "IPM.Example.Request";
const std::string approval_class = "IPM.Example.Approval";
const std::string pending_class = "IPM.Example.Pending";

/* What a stranger wrote, fit for a terminal, which obeys control characters. */
std::string printable(const std::string &text)
{
    std::string shown;
    for (std::size_t i = 0; i < text.size(); i++) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        if (c == 0xC2 && next >= 0x80 && next < 0xA0)
            i++; /* U+0080 to U+009F: the other set of them, in UTF-8 */
        else if (c >= ' ' && c != 0x7F)
            shown += text[i];
    }
    return shown;
}

/* An id that nobody else has, and that nobody can guess. */
std::string new_conversation()
{
    std::random_device random;
    std::string id = "workflow-";
    while (id.size() < 41)
        id += "0123456789abcdef"[random() % 16];
    return id;
}

void request(mapi::Session &mailbox, const std::string &address, const std::string &what)
{
    auto note = mapi::Message()
                    .type(pending_class)
                    .conversation(new_conversation())
                    .subject(what)
                    .text("Please approve: " + what + "\n")
                    .to(address);
    /* Noted first: the answer may be quick. */
    const std::string pending_id = mailbox.save(note);
    try {
        mailbox.send(note.type(request_class));
    } catch (...) {
        mailbox.remove(pending_id); /* nothing was sent: a send is all or nothing */
        throw;
    }
    std::cout << "requested: " << what << "\n";
}

void approve(mapi::Session &mailbox)
{
    for (const auto &id : mailbox.find(request_class)) {
        const auto asked = mailbox.read(id, MAPI_SUPPRESS_ATTACH);
        const std::string what = asked->lpszSubject;
        try {
            mailbox.send(mapi::Message()
                             .type(approval_class)
                             .conversation(asked->lpszConversationID)
                             .subject(what)
                             .text("Approved: " + what + "\n")
                             .to(asked->lpOriginator->lpszAddress));
        } catch (const std::exception &error) {
            /* It stays for the next time; one that cannot be answered does not hold up the rest. */
            std::cerr << "workflow: " << printable(what) << ": " << error.what() << "\n";
            continue;
        }
        mailbox.remove(id);
        std::cout << "approved: " << printable(what) << "\n";
    }
}

/* Whether this answers that, and comes from whom was asked. */
bool answers(const MapiMessage &approval, const MapiMessage &pending)
{
    return pending.nRecipCount == 1
        && std::string(approval.lpszConversationID) == pending.lpszConversationID
        && std::string(approval.lpOriginator->lpszAddress) == pending.lpRecips->lpszAddress;
}

void collect(mapi::Session &mailbox)
{
    for (const auto &approval_id : mailbox.find(approval_class)) {
        const auto approval = mailbox.read(approval_id, MAPI_SUPPRESS_ATTACH);
        bool asked_for = false;
        for (const auto &pending_id : mailbox.find(pending_class)) {
            const auto pending = mailbox.read(pending_id, MAPI_SUPPRESS_ATTACH);
            if (!answers(*approval, *pending))
                continue;
            /* Removed first: of two programs that collect, one succeeds, and it alone goes on. */
            mailbox.remove(pending_id);
            std::cout << "carried out: " << printable(pending->lpszSubject) << "\n";
            asked_for = true;
            break;
        }
        if (!asked_for)
            std::cout << "nobody asked for: " << printable(approval->lpszSubject) << "\n";
        mailbox.remove(approval_id);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        mapi::Session mailbox;
        if (words.size() == 3 && words[0] == "request")
            request(mailbox, words[1], words[2]);
        else if (words.size() == 1 && words[0] == "approve")
            approve(mailbox);
        else if (words.size() == 1 && words[0] == "collect")
            collect(mailbox);
        else
            throw std::runtime_error("usage: workflow request ADDRESS WHAT | approve | collect");
    } catch (const std::exception &error) {
        std::cerr << "workflow: " << error.what() << "\n";
        return 1;
    }
}
