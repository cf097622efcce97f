//! The C++ face, `include/mapi.hpp`: all of it works, and nothing leaks.
#![forbid(unsafe_code)]

use crate::client::Client;
use crate::desk::Desk;
use crate::stored;

#[test]
fn everything_of_the_cpp_face_works_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (outgoing, incoming) = (folder.path().join("out"), folder.path().join("in"));
    let desk = Desk::between("ada@example.org", &outgoing, &incoming);
    let face = Client::build_with(
        "tests/example_clients/face.cpp",
        &[
            "-Wshadow",
            "-Wconversion",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
        ],
    );
    desk.knows("Grace Hopper", "grace@example.org");
    let file = desk.file("figures.txt", "1 2 3\n");
    let printed = face.prints(&desk, &[&file]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "sent");
    assert_eq!(lines[1], "1 März 2 Grace Hopper Bericht.txt: 1 2 3");
    assert_eq!(lines[2..5], ["the file is gone", "another", "0 left"]);
    assert_eq!(lines[5], "Grace Hopper SMTP:grace@example.org");
    assert!(
        lines[6].starts_with("11 ") && lines[6].contains("/nowhere/at-all"),
        "{printed}"
    );
    assert!(lines[7].contains("no profile"), "{printed}");
    let temporary = std::fs::read_dir(desk.temporary()).unwrap().count();
    assert_eq!(temporary, 0, "temporary files are left");

    let sent = stored::inbox(&outgoing);
    assert_eq!(stored::each(&sent, "subject"), ["März", "", ""]);
}

#[test]
fn the_cpp_face_compiles_in_every_dialect_from_cpp17_on() {
    for standard in ["-std=c++17", "-std=c++20"] {
        for compiler in ["g++", "clang++"] {
            if !Client::check("tests/example_clients/face.cpp", compiler, standard) {
                // g++ is required by every other test here.
                test_servers::skip("clang++ is not installed");
            }
        }
    }
}
