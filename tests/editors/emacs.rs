//! `plugins/emacs`.
#![forbid(unsafe_code)]

use std::fs;
use std::process::Command;

use crate::desk::{Desk, ON_SCREEN, has, in_project, library, received, said};

/// Builds the module as its README says, and evaluates a program; what was shown.
fn evaluate(desk: &Desk, program: &str) -> String {
    let plugin = in_project("plugins/emacs");
    let built = Command::new("gcc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-shared", "-fPIC", "-I"])
        .arg(in_project("include"))
        .arg(plugin.join("mapi-module.c"))
        .arg(library())
        .arg("-o")
        .arg(desk.path("mapi-module.so"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", said(&built));
    fs::write(desk.path("program.el"), program).unwrap();
    let output = desk
        .editor("emacs")
        .args(["--batch", "--quick", "-L"])
        .arg(plugin)
        .args(["-L", ".", "-l", "program.el"])
        .output()
        .unwrap();
    let shown = said(&output);
    assert!(output.status.success(), "{shown}");
    shown
}

#[test]
fn emacs_sends_what_is_on_the_screen_and_what_message_mode_wrote() {
    let (Some(postfix), true) = (test_servers::postfix(), has("emacs")) else {
        return;
    };
    let desk = Desk::new(postfix);
    let mailbox = postfix.mailbox();
    let to = mailbox.address();
    evaluate(
        &desk,
        &format!(
            r#"(require 'mapi)
(require 'message)
(find-file "März.txt")
(erase-buffer)
(insert "Grüße,\nnicht gespeichert\n")
(mapi-attach-buffer '("{to}") "1 März")
(mapi-send-buffer '("{to}") "2")
(setq message-send-mail-function #'mapi-send-it
      user-mail-address "ada@example.test"
      message-interactive t)
(message-mail "Grace Hopper <{to}>" "3 März")
(message-goto-body)
(insert "Grüße im Text.\n")
(mml-attach-file (expand-file-name "figures.txt") "text/plain" nil "attachment")
(message-send)
"#
        ),
    );
    let messages = received(&mailbox, 3);
    let file = &messages[0]["parts"][1];
    assert_eq!(messages[0]["subject"], "1 März");
    assert_eq!(file["filename"], "März.txt");
    assert_eq!(file["base64"], ON_SCREEN, "Grüße, nicht gespeichert");
    assert_eq!(
        messages[1]["parts"][0]["text"],
        "Grüße,\nnicht gespeichert\n"
    );
    let parts = &messages[2]["parts"];
    assert_eq!(messages[2]["subject"], "3 März");
    assert_eq!(
        parts[0]["text"].as_str().unwrap().trim_end(),
        "Grüße im Text."
    );
    assert_eq!(parts[1]["filename"], "figures.txt");
    assert_eq!(parts[1]["text"], "1 2 3\n");
    desk.is_tidy();
}

#[test]
fn emacs_shows_why_nothing_was_sent() {
    let (Some(postfix), true) = (test_servers::postfix(), has("emacs")) else {
        return;
    };
    let desk = Desk::new(postfix);
    let shown = evaluate(
        &desk,
        r#"(require 'mapi)
(defun try (recipients)
  (condition-case failure (mapi-send recipients "subject" "text")
    (mapi-error (message "%s" (error-message-string failure)))))
(try '("reject@example.test"))
(try nil)
(try '((9 . "ada@example.test")))
(condition-case failure (mapi-module-send nil 1 "" "" [])
  (wrong-type-argument (message "no vector")))
"#,
    );
    assert!(
        shown.contains("The message was not sent: ") && shown.contains("no such user"),
        "{shown}"
    );
    assert!(shown.contains(", 14") && shown.contains(", 15"), "{shown}");
    assert!(shown.contains("no vector"), "{shown}");
    desk.is_tidy();
}

#[test]
fn emacs_compiles_its_plugin_without_a_warning() {
    let (Some(postfix), true) = (test_servers::postfix(), has("emacs")) else {
        return;
    };
    evaluate(
        &Desk::new(postfix),
        &format!(
            r#"(setq byte-compile-error-on-warn t
      byte-compile-dest-file-function (lambda (_) (expand-file-name "mapi.elc")))
(unless (byte-compile-file "{}") (kill-emacs 1))
"#,
            in_project("plugins/emacs/mapi.el").display()
        ),
    );
}
