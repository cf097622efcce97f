//! The pictures of the manual: `make screenshots`.
#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use test_servers::Desktop;

use crate::desk::Desk;
use crate::host;
use crate::hosts::build;

/// Each window, and what somebody does in it before it is drawn. Done by keys, in whatever language.
const WINDOWS: [(&str, &str); 6] = [
    ("compose", ""),
    (
        "address",
        "typed('lovelace'); find('list item', 'Ada Lovelace')",
    ),
    ("details", "find('list item', 'Grace Hopper')"),
    ("resolve", "find('list item', 'Ada Lovelace')"),
    ("logon", "typed('secret')"),
    (
        "account",
        "first = [one for one in controls() if one.get_role_name() == 'text'][0]\n\
         focus() == first or tab('shift+Tab')\n\
         key('ctrl+a', 'BackSpace'); typed('Ada Lovelace'); key('Tab'); typed('ada@example.org')\n\
         key('Tab'); typed('secret'); key('Return')\n\
         until('the settings', lambda: any(one.get_role_name() == 'spin button' and one in controls() \
         for one in everything()))",
    ),
];

/// Has what is on the screen drawn into a file, with some of the shadow around the window.
const DRAW: &str = "\
    until('a focus', focus)\n\
    number = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--class', 'simplemapi-ui'], \
    capture_output=True, text=True, check=True).stdout.split()[-1]\n\
    {steps}\n\
    subprocess.run(['xdotool', 'mousemove', '0', '0'], check=True)\n\
    time.sleep(2)\n\
    words = subprocess.run(['xprop', '-id', number, '_GTK_FRAME_EXTENTS'], capture_output=True, text=True).stdout\n\
    left, right, top, bottom = (int(word) for word in words.split('=')[1].split(','))\n\
    subprocess.run(['xdotool', 'windowmove', number, '60', '60'])\n\
    time.sleep(1)\n\
    words = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', number], capture_output=True, text=True).stdout\n\
    at = dict(line.split('=') for line in words.splitlines())\n\
    x, y, width, height = (int(at[key]) for key in ('X', 'Y', 'WIDTH', 'HEIGHT'))\n\
    rim = 12 * {scale}\n\
    crop = f'{width - left - right + 2 * rim}x{height - top - bottom + 2 * rim}+{x + left - rim}+{y + top - rim}'\n\
    subprocess.run(['import', '-window', 'root', '-crop', crop, '+repage', '-strip', \
    '-define', 'png:compression-level=9', 'PNG24:{file}'], check=True)";

#[test]
#[ignore = "writes into the manual: make screenshots"]
fn pictures() {
    let wanted = env::var_os("SIMPLEMAPI_WRITE_SCREENSHOTS").is_some();
    if !wanted {
        return;
    }
    let folder = host::project().join("docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    for language in ["en", "fr"] {
        for scheme in ["light", "dark"] {
            for scale in [1, 2] {
                let desk = desk(language);
                let _manager = shows_shadows(&desk.desktop, scheme);
                let program = build(&desk, "gcc", "example.c", None);
                let at = if scale == 1 { "" } else { "@2x" };
                for (window, steps) in WINDOWS {
                    let file = folder.join(format!("{window}-{scheme}-{language}{at}.png"));
                    draw(
                        &desk,
                        &program,
                        window,
                        &[language, scheme, &scale.to_string()],
                        steps,
                        &file,
                    );
                }
            }
        }
    }
}

/// Somebody with something to say, in this language.
fn desk(language: &str) -> Desk {
    let desk = Desk::new().unwrap();
    desk.knows("Grace Hopper", "grace@example.org");
    desk.knows("Ada Lovelace", "ada@example.org");
    desk.knows("Ralph Lovelace", "ralph@example.org");
    desk.knows_list(
        "Compilers",
        &["Grace Hopper", "Ada Lovelace", "Ralph Lovelace"],
    );
    let settings = desk.desktop.path("home/.config/gtk-4.0");
    fs::create_dir_all(&settings).unwrap();
    let font = "[Settings]\ngtk-font-name=Cantarell 11\n";
    fs::write(settings.join("settings.ini"), font).unwrap();
    let locales = desk.path("locales");
    fs::create_dir(&locales).unwrap();
    let made = Command::new("localedef")
        .args([
            "-i",
            if language == "fr" { "fr_FR" } else { "en_GB" },
            "-f",
            "UTF-8",
        ])
        .arg(locales.join(format!("{language}.UTF-8")))
        .output()
        .unwrap();
    assert!(
        locales.join(format!("{language}.UTF-8")).exists(),
        "{made:?}"
    );
    desk
}

/// Puts a window manager that has shadows in the place of the plain one, and something to see them on.
fn shows_shadows(desktop: &Desktop, scheme: &str) -> [Manager; 2] {
    let mut command = Command::new("xfwm4");
    desktop
        .lead(&mut command)
        .args(["--replace", "--compositor=on"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let manager = Manager(command.spawn().unwrap());
    std::thread::sleep(std::time::Duration::from_secs(4));
    let colour = if scheme == "dark" {
        "xc:#50505a"
    } else {
        "xc:#dcdce2"
    };
    let mut command = Command::new("display");
    let words = ["-size", "1860x1740", "-immutable", colour];
    let backdrop = desktop.lead(&mut command).args(words).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    [manager, Manager(backdrop)]
}

struct Manager(Child);

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn draw(desk: &Desk, program: &Path, window: &str, look: &[&str; 3], steps: &str, file: &Path) {
    let [language, scheme, scale] = look;
    let (subject, text, name) = match *language {
        "fr" => (
            "Le premier compilateur",
            "Bonjour Grace,\n\nVoici le rapport pour jeudi. Peux-tu le relire d’ici là ?\n\nAda\n",
            "rapport.pdf",
        ),
        _ => (
            "The first compiler",
            "Dear Grace,\n\nHere is the report for Thursday. Could you look it over before then?\n\nAda\n",
            "report.pdf",
        ),
    };
    let attached = desk.file(name, &"x".repeat(48_200));
    // As if it had never been used: the settings of an account, where there is one, and the windows' sizes.
    let _ = fs::remove_file(desk.host.config());
    let transport = "transport = { kind = \"smtp\", host = \"mail.example.org\", user = \"ada\"";
    match window {
        "account" => {}
        "logon" => desk.configure(&format!(
            "[profile.home]\naddress = \"ada@example.org\"\n{transport} }}\n\
             [profile.work]\naddress = \"lovelace@example.org\"\n{transport} }}\n"
        )),
        _ => desk.configure(&desk.profile(25)),
    }
    let command = desk.command_of(program, &[window, &attached]);
    let mut command = command;
    command
        .env("LOCPATH", desk.path("locales"))
        .env("LC_ALL", format!("{language}.UTF-8"))
        .env("LANGUAGE", language)
        .env("ADW_DEBUG_COLOR_SCHEME", format!("prefer-{scheme}"))
        .env("GDK_SCALE", scale)
        .env("SUBJECT", subject)
        .env("TEXT", text)
        .env("SIMPLEMAPI_AUTOCONFIG", "http://127.0.0.1:9/");
    let mut host = command.spawn().unwrap();
    let person = DRAW
        .replace("{steps}", steps)
        .replace("{scale}", scale)
        .replace("{file}", file.to_str().unwrap());
    let drawn = desk.acts(&person);
    let _ = host.kill();
    let _ = host.wait();
    assert!(
        drawn.status.success(),
        "{}",
        String::from_utf8_lossy(&drawn.stderr)
    );
}
