//! What becomes of configurations that people have.

use std::os::unix::fs::symlink;

use super::*;

/// A home of its own, and a machine with a configuration.
struct Home {
    folder: tempfile::TempDir,
    environment: Environment,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment {
            config: None,
            config_home: Some(folder.path().join("home")),
            system_config: Some(folder.path().join("etc")),
            ..Environment::read(|_| None, false)
        };
        Self {
            folder,
            environment,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("home/simplemapi/config.toml")
    }

    fn write(&self, path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn add(&self, address: &str) -> Result<String, Problem> {
        let mut configuration = Configuration::open(&self.environment)?;
        let name = configuration.add(&Account::guess(address, "Ada"), &self.environment)?;
        configuration.write()?;
        Ok(name)
    }

    fn config(&self) -> Config {
        Config::load_from(&self.environment).unwrap()
    }

    fn default(&self) -> String {
        self.config().profile(None).unwrap().name.clone()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

const WORK: &str = "[profile.work]\naddress = \"ada@work.test\"\ntransport.kind = \"sendmail\"\n";

#[test]
fn the_first_account_makes_a_private_file_and_is_the_default() {
    let home = Home::new();
    assert_eq!(home.add("ada@example.org").unwrap(), "example");
    assert_eq!(mode(&home.file()), 0o600);
    assert_eq!(mode(home.file().parent().unwrap()), 0o700);
    assert_eq!(home.default(), "example");
    let text = fs::read_to_string(home.file()).unwrap();
    assert!(
        text.starts_with("default-profile = \"example\"\n\n[profile.example]\nname = \"Ada\"\n"),
        "{text}"
    );
    let folder = fs::read_dir(home.file().parent().unwrap()).unwrap();
    assert_eq!(folder.count(), 1);
}

#[test]
fn what_a_person_wrote_stays_as_it_is() {
    let home = Home::new();
    let before = format!(
        "# mine\nlegacy-charset = 'iso-8859-15' # old\n\n# the office\n{WORK}\n[profile.work.limits]\nrecipients = 0x10\n"
    );
    home.write(&home.file(), &before);
    fs::set_permissions(home.file(), Permissions::from_mode(0o640)).unwrap();
    home.add("ada@example.org").unwrap();
    let after = fs::read_to_string(home.file()).unwrap();
    let added = after.replace("default-profile = \"work\"\n", "");
    assert!(added.starts_with(&before), "{after}");
    assert_eq!(mode(&home.file()), 0o640);
    assert_eq!(home.config().profiles.len(), 2);
}

#[test]
fn programs_that_name_no_profile_go_on_with_the_one_they_had() {
    let home = Home::new();
    home.write(&home.file(), WORK);
    home.add("ada@example.org").unwrap();
    assert_eq!(home.default(), "work");
    home.add("ada@example.com").unwrap();
    assert_eq!(home.default(), "work");

    let undecided = Home::new();
    let second = WORK.replace("profile.work", "profile.home");
    undecided.write(&undecided.file(), &format!("{WORK}{second}"));
    undecided.add("ada@example.org").unwrap();
    assert_eq!(undecided.config().default_profile, None);
}

#[test]
fn a_name_is_never_given_twice() {
    let home = Home::new();
    let names: Vec<_> = [
        "ada@Example.org",
        "bob@example.org",
        "ada@example.com",
        "ada@b\u{fc}cher.test",
    ]
    .iter()
    .map(|address| home.add(address).unwrap())
    .collect();
    assert_eq!(names, ["example", "example-2", "example-3", "mail"]);
    assert_eq!(home.config().profiles.len(), 4);
}

#[test]
fn profiles_may_be_written_in_any_way() {
    for text in [
        "profile.work = { address = \"ada@work.test\", transport = { kind = \"sendmail\" } }\n",
        "profile = { work = { address = \"ada@work.test\", transport = { kind = \"sendmail\" } } }\n",
        "[profile]\nwork.address = \"ada@work.test\"\nwork.transport.kind = \"sendmail\"\n",
        "# nothing yet\n",
        "",
    ] {
        let home = Home::new();
        home.write(&home.file(), text);
        assert_eq!(home.add("ada@example.org").unwrap(), "example", "{text}");
        let names = home
            .config()
            .profiles
            .into_iter()
            .map(|profile| profile.name);
        assert!(names.into_iter().any(|name| name == "example"), "{text}");
    }
}

#[test]
fn a_link_stays_a_link() {
    let home = Home::new();
    let real = home.folder.path().join("dotfiles/simplemapi.toml");
    home.write(&real, WORK);
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    symlink(&real, home.file()).unwrap();
    home.add("ada@example.org").unwrap();
    assert_eq!(fs::read_link(home.file()).unwrap(), real);
    assert!(
        fs::read_to_string(real)
            .unwrap()
            .contains("[profile.example]")
    );
}

#[test]
fn the_first_file_of_a_person_takes_over_what_the_machine_has() {
    let home = Home::new();
    home.write(&home.folder.path().join("etc/simplemapi/config.toml"), WORK);
    assert_eq!(home.default(), "work");
    home.add("ada@example.org").unwrap();
    assert_eq!(home.default(), "work");
    assert_eq!(home.config().path, home.file());
}

#[test]
fn a_file_with_a_mistake_is_not_touched() {
    for (text, why) in [
        (
            "[profile.work\npassword = \"hunter2\"",
            "config.toml:1: not valid TOML",
        ),
        (
            "[profile.work]\naddress = \"x\"\n",
            "config.toml:2: \"address\" in [profile.work] is wrong",
        ),
        ("profile = 1\n", "config.toml:1: \"profile\" is an integer"),
    ] {
        let home = Home::new();
        home.write(&home.file(), text);
        let problem = home.add("ada@example.org").unwrap_err();
        assert_eq!(problem.part, Part::Configuration);
        assert!(problem.reason.contains(why), "{}", problem.reason);
        assert!(!problem.reason.contains("hunter2"));
        assert_eq!(fs::read_to_string(home.file()).unwrap(), text);
    }
}

#[test]
fn where_there_is_no_home_there_is_no_place() {
    let mut home = Home::new();
    home.environment.config_home = None;
    let problem = home.add("ada@example.org").unwrap_err();
    assert!(problem.reason.contains("HOME is not set"), "{problem}");
}

#[test]
fn two_at_once_are_both_kept() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let home = &home;
            scope.spawn(move || home.add(&format!("ada@host{number}.test")).unwrap());
        }
    });
    assert_eq!(home.config().profiles.len(), 8);
}
