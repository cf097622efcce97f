/*
 * mapi.hpp - Simple MAPI for C++17: sessions that end by themselves, messages that are built, and
 * failures that are exceptions with a reason. Header-only, over mapi.h; any Simple MAPI library will do
 * that has SimpleMapiLastError.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     #include <mapi.hpp>                        c++ send.cpp $(pkg-config --cflags --libs simplemapi)
 *
 *     try {
 *         mapi::send(mapi::Message()
 *                        .to("ada@example.org", "Ada Lovelace")
 *                        .subject("The report")
 *                        .text("Here it is.\n")
 *                        .attach("/tmp/x7.pdf", "Report.pdf"));
 *     } catch (const mapi::Error &error) {
 *         std::cerr << error.what() << "\n";     // the reason; error.code() is for programs
 *     }
 *
 * Text is UTF-8. Like the calls of mapi.h, everything here may be used from any thread; one Message or
 * Received from one thread at a time. What a call means is told on its page of the manual.
 */
#ifndef SIMPLEMAPI_MAPI_HPP
#define SIMPLEMAPI_MAPI_HPP

#include "mapi.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace mapi {

/** A call that failed. what() is the reason, in one line for people. */
class Error : public std::runtime_error {
public:
    Error(ULONG code, const std::string &reason) : std::runtime_error(reason), code_(code) {}

    /** One of MAPI_E_... */
    ULONG code() const noexcept { return code_; }

private:
    ULONG code_;
};

/** Why this thread's last call failed, or how its last send went. */
inline std::string last_reason()
{
    std::string reason(SimpleMapiLastError(nullptr, 0), '\0');
    if (!reason.empty())
        SimpleMapiLastError(&reason[0], reason.size() + 1);
    return reason;
}

/** Throws an Error unless a call of mapi.h succeeded. */
inline void check(ULONG code)
{
    if (code != SUCCESS_SUCCESS)
        throw Error(code, last_reason());
}

/** A message to be sent or saved. A name without an address is looked for in the address books. Every function returns the message, so that they can be chained. */
class Message {
public:
    Message &to(std::string address, std::string name = {})
    {
        return recipient(MAPI_TO, std::move(address), std::move(name));
    }
    Message &cc(std::string address, std::string name = {})
    {
        return recipient(MAPI_CC, std::move(address), std::move(name));
    }
    Message &bcc(std::string address, std::string name = {})
    {
        return recipient(MAPI_BCC, std::move(address), std::move(name));
    }
    /** Somebody whom a call returned; the class is MAPI_TO, MAPI_CC or MAPI_BCC. */
    Message &add(ULONG type, const MapiRecipDesc &person)
    {
        const auto text = [](LPSTR s) { return s != nullptr ? std::string(s) : std::string(); };
        const char *id = static_cast<const char *>(person.lpEntryID);
        recipients_.push_back({type, text(person.lpszAddress), text(person.lpszName),
                               std::string(id, person.ulEIDSize)});
        return *this;
    }
    /** The sender: one of the profile's identities. */
    Message &from(std::string address, std::string name = {})
    {
        sender_ = {MAPI_ORIG, std::move(address), std::move(name), {}};
        return *this;
    }
    Message &subject(std::string text) { return set(subject_, std::move(text)); }
    Message &text(std::string text) { return set(text_, std::move(text)); }
    /** The message class, by which programs find messages for them. */
    Message &type(std::string name) { return set(type_, std::move(name)); }
    /** What ties an answer to what was asked. */
    Message &conversation(std::string id) { return set(conversation_, std::move(id)); }
    /** A file; its name for the recipients is the last part of the path, if it has no other. */
    Message &attach(std::string path, std::string name = {})
    {
        files_.push_back({std::move(path), std::move(name)});
        return *this;
    }
    /** Asks to be told when the message is read. */
    Message &receipt() { return flag(MAPI_RECEIPT_REQUESTED); }
    /** For a message that is saved: nobody has read it yet. */
    Message &unread() { return flag(MAPI_UNREAD); }

    /** Lends the message to a call of mapi.h, which must not keep it. */
    template <typename Call> auto lend(Call &&call) const
    {
        std::vector<MapiRecipDesc> recipients;
        for (const Person &person : recipients_)
            recipients.push_back(person.lent());
        std::vector<MapiFileDesc> files;
        for (const File &file : files_)
            files.push_back(file.lent());
        MapiRecipDesc sender = sender_.lent();
        MapiMessage message{};
        message.ulReserved = CP_UTF8;
        message.lpszSubject = c(subject_);
        message.lpszNoteText = c(text_);
        message.lpszMessageType = c(type_);
        message.lpszConversationID = c(conversation_);
        message.flFlags = flags_;
        message.lpOriginator = sender_.address.empty() ? nullptr : &sender;
        message.nRecipCount = static_cast<ULONG>(recipients.size());
        message.lpRecips = recipients.data();
        message.nFileCount = static_cast<ULONG>(files.size());
        message.lpFiles = files.data();
        return call(&message);
    }

private:
    /* The calls read what they are given and write nothing to it. */
    static LPSTR c(const std::string &text) { return const_cast<LPSTR>(text.c_str()); }
    static LPSTR optional(const std::string &text) { return text.empty() ? nullptr : c(text); }

    struct Person {
        ULONG type = MAPI_ORIG;
        std::string address, name, id;

        MapiRecipDesc lent() const
        {
            return {0, type, optional(name), optional(address), static_cast<ULONG>(id.size()),
                    optional(id)};
        }
    };
    struct File {
        std::string path, name;

        MapiFileDesc lent() const
        {
            return {0, 0, 0xFFFFFFFF, c(path), optional(name), nullptr};
        }
    };

    Message &recipient(ULONG type, std::string address, std::string name)
    {
        recipients_.push_back({type, std::move(address), std::move(name), {}});
        return *this;
    }
    Message &set(std::string &field, std::string text)
    {
        field = std::move(text);
        return *this;
    }
    Message &flag(FLAGS flag)
    {
        flags_ |= flag;
        return *this;
    }

    std::string subject_, text_, type_, conversation_;
    FLAGS flags_ = 0;
    Person sender_;
    std::vector<Person> recipients_;
    std::vector<File> files_;
};

/** A message that was read: its fields by ->, as mapi.h has them. Its temporary files go with it. */
class Received {
public:
    /** Takes over what MAPIReadMail returned. */
    explicit Received(MapiMessage *message) : message_(message) {}

    const MapiMessage &operator*() const { return *message_; }
    const MapiMessage *operator->() const { return message_.get(); }

private:
    struct Free {
        void operator()(MapiMessage *message) const
        {
            for (ULONG i = 0; i < message->nFileCount; i++)
                if (message->lpFiles[i].lpszPathName != nullptr)
                    std::remove(message->lpFiles[i].lpszPathName);
            MAPIFreeBuffer(message);
        }
    };
    std::unique_ptr<MapiMessage, Free> message_;
};

/** Somebody who was found: the fields by ->. */
class Found {
public:
    /** Takes over what MAPIResolveName returned. */
    explicit Found(MapiRecipDesc *person) : person_(person) {}

    const MapiRecipDesc &operator*() const { return *person_; }
    const MapiRecipDesc *operator->() const { return person_.get(); }

private:
    struct Free {
        void operator()(MapiRecipDesc *person) const { MAPIFreeBuffer(person); }
    };
    std::unique_ptr<MapiRecipDesc, Free> person_;
};

/** A session: opened with the object and closed with it. */
class Session {
public:
    /** Joins the shared session of this process or opens the default profile. */
    Session() : Session(std::string()) {}
    /** Opens a profile. A password is for those whose configuration has none. */
    explicit Session(const std::string &profile, const std::string &password = {}, FLAGS flags = 0)
    {
        check(MAPILogon(0, optional(profile), optional(password), flags, 0, &handle_));
    }
    ~Session()
    {
        if (handle_ != lhSessionNull)
            MAPILogoff(handle_, 0, 0, 0);
    }
    Session(Session &&other) noexcept : handle_(std::exchange(other.handle_, lhSessionNull)) {}
    Session &operator=(Session &&other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /** For calls of mapi.h. */
    LHANDLE handle() const noexcept { return handle_; }

    /**
     * Sends: to all recipients, or it throws and has sent to nobody. Returns "sent", or "queued as ..."
     * where the message waits in the outbox.
     */
    std::string send(const Message &message, FLAGS flags = 0) const
    {
        check(message.lend([&](MapiMessage *m) { return MAPISendMail(handle_, 0, m, flags, 0); }));
        return last_reason();
    }

    /** Finds whom a name stands for. */
    Found resolve(const std::string &name, FLAGS flags = 0) const
    {
        MapiRecipDesc *person = nullptr;
        check(MAPIResolveName(handle_, 0, const_cast<LPSTR>(name.c_str()), flags, 0, &person));
        return Found(person);
    }

    /** The ids of the messages of a class, or "" for all mail, in the order they arrived. */
    std::vector<std::string> find(const std::string &type = {}, FLAGS flags = 0) const
    {
        std::vector<std::string> ids;
        char id[512] = "";
        ULONG code;
        flags |= MAPI_GUARANTEE_FIFO | MAPI_LONG_MSGID;
        while ((code = MAPIFindNext(handle_, 0, optional(type), id, flags, 0, id)) == SUCCESS_SUCCESS)
            ids.emplace_back(id);
        if (code != MAPI_E_NO_MESSAGES)
            check(code);
        return ids;
    }

    /** Reads a message; see MAPIReadMail for the flags. */
    Received read(const std::string &id, FLAGS flags = 0) const
    {
        MapiMessage *message = nullptr;
        check(MAPIReadMail(handle_, 0, const_cast<LPSTR>(id.c_str()), flags, 0, &message));
        return Received(message);
    }

    /** Saves a message in the Inbox and returns its id. With an id, in the place of that one. */
    std::string save(const Message &message, const std::string &replaced = {}) const
    {
        char id[512] = "";
        if (replaced.size() >= sizeof id)
            throw Error(MAPI_E_INVALID_MESSAGE, "the message id is too long to be one");
        replaced.copy(id, replaced.size());
        check(message.lend([&](MapiMessage *m) {
            return MAPISaveMail(handle_, 0, m, MAPI_LONG_MSGID, 0, id);
        }));
        return id;
    }

    /** Deletes a message. */
    void remove(const std::string &id) const
    {
        check(MAPIDeleteMail(handle_, 0, const_cast<LPSTR>(id.c_str()), 0, 0));
    }

private:
    static LPSTR optional(const std::string &text)
    {
        return text.empty() ? nullptr : const_cast<LPSTR>(text.c_str());
    }

    LHANDLE handle_ = lhSessionNull;
};

/** Sends without a session of one's own: with the shared one, or the default profile. */
inline std::string send(const Message &message, FLAGS flags = 0)
{
    check(message.lend(
        [&](MapiMessage *m) { return MAPISendMail(lhSessionNull, 0, m, flags, 0); }));
    return last_reason();
}

} // namespace mapi

#endif /* SIMPLEMAPI_MAPI_HPP */
