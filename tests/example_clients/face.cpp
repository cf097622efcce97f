/* Everything that mapi.hpp has, once. Prints what it finds; leaks and overruns are for AddressSanitizer. */
#include <mapi.hpp>

#include <fstream>
#include <iostream>

namespace {

std::string contents(const char *path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

mapi::Session opened()
{
    mapi::Session session("desk");
    mapi::Session other = std::move(session);
    session = mapi::Session(); /* a session that was moved from takes another */
    return other;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    const mapi::Session session = opened();
    const auto report = mapi::Message()
                            .from("ada@example.org", "Ada")
                            .to("grace@example.org", "Grace Hopper")
                            .cc("joan@example.org")
                            .bcc("archive@example.org")
                            .subject("März")
                            .text("Grüße\n")
                            .type("IPM.Note")
                            .conversation("c-1")
                            .receipt()
                            .attach(argv[1])
                            .attach(argv[1], "Bericht.txt");
    std::cout << session.send(report) << "\n";
    mapi::send(mapi::Message().to("grace@example.org").text("without a session"));

    const std::string id = session.save(mapi::Message(report).unread());
    std::string file;
    for (const auto &found : session.find("IPM.Note", MAPI_UNREAD_ONLY)) {
        const mapi::Received read = session.read(found);
        std::cout << (found == id) << " " << read->lpszSubject << " " << (*read).nFileCount << " "
                  << read->lpRecips[0].lpszName << " " << read->lpFiles[1].lpszFileName << ": "
                  << contents(read->lpFiles[1].lpszPathName);
        file = read->lpFiles[1].lpszPathName;
    }
    std::cout << "the file is " << (std::ifstream(file) ? "there" : "gone") << "\n";
    const std::string replaced = session.save(mapi::Message().subject("another"), id);
    std::cout << session.read(replaced, MAPI_ENVELOPE_ONLY)->lpszSubject << "\n";
    session.remove(replaced);
    std::cout << session.find().size() << " left\n";

    const mapi::Found grace = session.resolve("hopper");
    session.send(mapi::Message().add(MAPI_CC, *grace).to("", "Grace").text("found"));
    std::cout << grace->lpszName << " " << grace->lpszAddress << "\n";

    try {
        session.send(mapi::Message().to("grace@example.org").attach("/nowhere/at-all"));
    } catch (const mapi::Error &error) {
        std::cout << error.code() << " " << error.what() << "\n";
    }
    try {
        mapi::Session("nobody's");
    } catch (const std::exception &error) {
        std::cout << error.what() << "\n";
    }
}
