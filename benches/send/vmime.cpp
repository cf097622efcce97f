/* VMime: messages by its builder, sent by its transport. */
#include "peer.h"

#include <vmime/platforms/posix/posixHandler.hpp>
#include <vmime/vmime.hpp>

namespace {

vmime::shared_ptr<vmime::message> message_of(const work &work)
{
    vmime::messageBuilder builder;
    vmime::addressList to;

    to.appendAddress(vmime::make_shared<vmime::mailbox>(THE_RECIPIENT));
    builder.setExpeditor(vmime::mailbox(THE_SENDER));
    builder.setRecipients(to);
    builder.setSubject(vmime::text(THE_SUBJECT));
    builder.getTextPart()->setCharset(vmime::charsets::UTF_8);
    builder.getTextPart()->setText(vmime::make_shared<vmime::stringContentHandler>(work.text));
    if (work.file != nullptr)
        builder.appendAttachment(vmime::make_shared<vmime::fileAttachment>(
            work.file, vmime::mediaType("application/octet-stream"), vmime::text("stock.bin")));
    return builder.construct();
}

} // namespace

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);

    try {
        vmime::platform::setHandler<vmime::platforms::posix::posixHandler>();
        auto session = vmime::net::session::create();
        vmime::utility::url url("smtp", "127.0.0.1", static_cast<vmime::port_t>(work.port));
        vmime::shared_ptr<vmime::net::transport> transport;

        for (long sent = 0; sent < work.count; sent++) {
            if (!transport) {
                transport = session->getTransport(url);
                transport->connect();
            }
            transport->send(message_of(work));
            if (!work.kept || sent + 1 == work.count) {
                transport->disconnect();
                transport = nullptr;
            }
        }
    } catch (const std::exception &error) {
        give_up(error.what());
    }
    return done(&work);
}
