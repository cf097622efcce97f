//! What the library takes from the environment of its host.
//!
//! Every variable is looked up by its name, once a process, and not by `getenv`: the host may call
//! `setenv` in another thread at any time, and whoever walks the environment meanwhile crashes.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use once_cell::race::OnceBox;

use crate::ffi::sys;

/// Where programs are looked for when PATH is not set or must not be heeded.
const DEFAULT_PATH: &str = if cfg!(windows) {
    r"C:\Windows\System32"
} else {
    "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
};

/// The environment, as far as we heed it.
///
/// A process with more rights than its user heeds none of it: who may set a variable there must not
/// choose which configuration, and thereby which program, runs with those rights.
#[derive(Debug, Clone)]
pub struct Environment {
    /// SIMPLEMAPI_CONFIG: the one configuration file to use.
    pub config: Option<PathBuf>,
    /// SIMPLEMAPI_LOG: the file that gets a line a call.
    pub log: Option<PathBuf>,
    /// SIMPLEMAPI_UI: the dialog helper, or `none`.
    pub ui: Option<OsString>,
    /// Whether WAYLAND_DISPLAY or DISPLAY names a screen.
    pub has_display: bool,
    /// HOME.
    pub home: Option<PathBuf>,
    /// XDG_CONFIG_HOME, `~/.config` unless it is set; APPDATA on Windows.
    pub config_home: Option<PathBuf>,
    /// XDG_STATE_HOME, `~/.local/state` unless it is set; LOCALAPPDATA on Windows.
    pub state_home: Option<PathBuf>,
    /// XDG_CACHE_HOME, `~/.cache` unless it is set; LOCALAPPDATA on Windows.
    pub cache_home: Option<PathBuf>,
    /// Where the whole machine's configuration is: `/etc`; PROGRAMDATA on Windows.
    pub system_config: Option<PathBuf>,
    /// TMPDIR, `/tmp` unless it is set; TEMP on Windows.
    pub temporary: PathBuf,
    /// SSL_CERT_FILE: the certificate authorities to trust instead of the system's.
    pub authority_file: Option<PathBuf>,
    /// SSL_CERT_DIR: folders of them.
    pub authority_folders: Vec<PathBuf>,
    /// PATH, by which programs of the configuration are found.
    pub path: OsString,
    /// Whether the process has more rights than its user, so that nothing was heeded.
    pub privileged: bool,
}

impl Environment {
    /// The environment of this process as it was when this was first called.
    pub fn get() -> &'static Self {
        // Not a OnceLock: a fork while another thread fills it would leave the child waiting for
        // ever. Two threads at once both read, and one reading is kept.
        static ENVIRONMENT: OnceBox<Environment> = OnceBox::new();
        ENVIRONMENT.get_or_init(|| Box::new(Self::read(lookup(), sys::privilege::elevated())))
    }

    /// The environment that `lookup` tells, of a process with raised privileges or without.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>, privileged: bool) -> Self {
        let get = |name: &str| {
            (!privileged)
                .then(|| lookup(name).filter(|value| !value.is_empty()))
                .flatten()
        };
        // The XDG specification has relative paths ignored; nothing else could be meant by one here.
        let folder = |name: &str| {
            get(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let below_home = |rest: &str| folder("HOME").map(|home| home.join(rest));
        let windows = cfg!(windows);
        Self {
            config: get("SIMPLEMAPI_CONFIG").map(PathBuf::from),
            log: get("SIMPLEMAPI_LOG").map(PathBuf::from),
            ui: get("SIMPLEMAPI_UI"),
            has_display: !windows
                && ["WAYLAND_DISPLAY", "DISPLAY"]
                    .into_iter()
                    .any(|name| get(name).is_some()),
            home: folder(if windows { "USERPROFILE" } else { "HOME" }),
            config_home: if windows {
                folder("APPDATA")
            } else {
                folder("XDG_CONFIG_HOME").or_else(|| below_home(".config"))
            },
            state_home: if windows {
                folder("LOCALAPPDATA")
            } else {
                folder("XDG_STATE_HOME").or_else(|| below_home(".local/state"))
            },
            cache_home: if windows {
                folder("LOCALAPPDATA")
            } else {
                folder("XDG_CACHE_HOME").or_else(|| below_home(".cache"))
            },
            system_config: if windows {
                folder("PROGRAMDATA")
            } else {
                Some(PathBuf::from("/etc"))
            },
            temporary: folder(if windows { "TEMP" } else { "TMPDIR" }).unwrap_or_else(|| {
                PathBuf::from(if windows { r"C:\Windows\Temp" } else { "/tmp" })
            }),
            authority_file: get("SSL_CERT_FILE").map(PathBuf::from),
            authority_folders: get("SSL_CERT_DIR")
                .map(|folders| env::split_paths(&folders).collect())
                .unwrap_or_default(),
            path: get("PATH").unwrap_or_else(|| DEFAULT_PATH.into()),
            privileged,
        }
    }

    /// The absolute path of a program that PATH leads to. Its relative folders are passed over:
    /// the working directory is the host's, and anything may be in it.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
            .find(|program| is_executable(program))
    }
}

/// The variables that [`Environment::read`] asks for.
#[cfg(unix)]
const NAMES: [&str; 13] = [
    "SIMPLEMAPI_CONFIG",
    "SIMPLEMAPI_LOG",
    "SIMPLEMAPI_UI",
    "WAYLAND_DISPLAY",
    "DISPLAY",
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PATH",
];

/// The variables that [`Environment::read`] asks for.
#[cfg(windows)]
const NAMES: [&str; 11] = [
    "SIMPLEMAPI_CONFIG",
    "SIMPLEMAPI_LOG",
    "SIMPLEMAPI_UI",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "TEMP",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PATH",
];

fn lookup() -> impl Fn(&str) -> Option<OsString> {
    let values = sys::environ::values(NAMES);
    move |name| {
        let mut known = NAMES.iter().zip(&values);
        known.find(|(known, _)| **known == name)?.1.clone()
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)], privileged: bool) -> Environment {
        Environment::read(
            |name| {
                let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
                Some(OsString::from(value))
            },
            privileged,
        )
    }

    #[test]
    fn every_variable_that_is_heeded_is_looked_up() {
        Environment::read(
            |name| {
                assert!(NAMES.contains(&name), "{name}");
                None
            },
            false,
        );
        assert_eq!(Environment::get().path, env::var_os("PATH").unwrap());
    }

    const HOSTILE: [(&str, &str); 10] = [
        ("SIMPLEMAPI_CONFIG", "/tmp/evil.toml"),
        ("SIMPLEMAPI_LOG", "/etc/shadow"),
        ("SIMPLEMAPI_UI", "/tmp/evil"),
        ("HOME", "/tmp/evil"),
        ("XDG_CONFIG_HOME", "/tmp/evil"),
        ("XDG_STATE_HOME", "/tmp/evil"),
        ("TMPDIR", "/tmp/evil"),
        ("SSL_CERT_FILE", "/tmp/evil.pem"),
        ("SSL_CERT_DIR", "/tmp/evil"),
        ("PATH", "/tmp/evil"),
    ];

    #[test]
    fn a_process_with_raised_privileges_heeds_no_variable() {
        assert!(format!("{:?}", environment(&HOSTILE, false)).contains("evil"));
        let environment = environment(&HOSTILE, true);
        assert!(!format!("{environment:?}").contains("evil"));
        assert_eq!(environment.config_home, None);
        assert_eq!(
            environment.system_config.as_deref(),
            Some(Path::new("/etc"))
        );
        assert_eq!(environment.path, DEFAULT_PATH);
    }

    #[test]
    fn folders_have_the_defaults_of_the_xdg_specification() {
        let plain = environment(&[("HOME", "/home/ada")], false);
        assert_eq!(
            plain.config_home.as_deref(),
            Some(Path::new("/home/ada/.config"))
        );
        assert_eq!(
            plain.state_home.as_deref(),
            Some(Path::new("/home/ada/.local/state"))
        );
        assert_eq!(plain.temporary, Path::new("/tmp"));
        let set = environment(
            &[
                ("HOME", "/home/ada"),
                ("XDG_CONFIG_HOME", "/c"),
                ("XDG_STATE_HOME", "relative"),
            ],
            false,
        );
        assert_eq!(set.config_home.as_deref(), Some(Path::new("/c")));
        assert_eq!(
            set.state_home.as_deref(),
            Some(Path::new("/home/ada/.local/state"))
        );
    }

    #[test]
    fn an_empty_variable_counts_as_none() {
        let environment = environment(&[("SIMPLEMAPI_CONFIG", ""), ("SIMPLEMAPI_LOG", "")], false);
        assert_eq!((environment.config, environment.log), (None, None));
    }

    #[cfg(unix)]
    #[test]
    fn either_kind_of_screen_is_one() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("DISPLAY", "")], false),
            (&[("DISPLAY", ":0")], true),
            (&[("WAYLAND_DISPLAY", "wayland-0")], true),
        ] {
            assert_eq!(environment(variables, false).has_display, expected);
        }
        assert!(!environment(&[("DISPLAY", ":0")], true).has_display);
    }

    #[cfg(unix)]
    #[test]
    fn programs_are_found_in_absolute_folders_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tell");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        let path = format!(".:relative:{}", folder.path().display());
        let environment = environment(&[("PATH", &path)], false);
        assert_eq!(
            environment.find_program("tell"),
            None,
            "it is not executable yet"
        );
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(environment.find_program("tell"), Some(program));
        assert_eq!(environment.find_program("src"), None);
    }
}
