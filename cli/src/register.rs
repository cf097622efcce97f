//! `simplemapi register` and `unregister`: which library programs get that ask Windows for MAPI.
//!
//! Such a program loads `mapi32.dll`, which belongs to Windows and looks up the default mail client:
//! `Software\Clients\Mail` names it, and `DLLPath` below that name is what it loads and calls.
#![forbid(unsafe_code)]

use std::env;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use winreg::RegKey;
use winreg::enums::{
    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY, KEY_WRITE,
};

use crate::exit;

/// Where mail clients are listed, and their default is named.
const CLIENTS: &str = r"Software\Clients\Mail";
/// What we are called there.
const NAME: &str = "simplemapi";
/// Who was the default before.
const BEFORE: &str = "DefaultBefore";

/// Have programs that call MAPI send through this library.
#[derive(clap::Args)]
pub(crate) struct Register {
    #[command(flatten)]
    whom: Whom,
    /// The library; otherwise simplemapi.dll beside this program
    #[arg(long, value_name = "PATH")]
    dll: Option<PathBuf>,
    /// The one for programs with 32 bits; otherwise x86\simplemapi.dll beside this program, if it is there
    #[arg(long, value_name = "PATH")]
    dll32: Option<PathBuf>,
}

/// Undo `register`: the default of before is the default again.
#[derive(clap::Args)]
pub(crate) struct Unregister {
    #[command(flatten)]
    whom: Whom,
}

#[derive(clap::Args)]
struct Whom {
    /// For all users of this machine, which takes an administrator; otherwise for this user
    #[arg(long)]
    machine: bool,
}

impl Whom {
    fn root(&self) -> RegKey {
        RegKey::predef(match self.machine {
            true => HKEY_LOCAL_MACHINE,
            false => HKEY_CURRENT_USER,
        })
    }
}

pub(crate) fn register(arguments: &Register, err: &mut impl Write) -> io::Result<u8> {
    let chosen = libraries(arguments).and_then(|(dll, dll32)| {
        let root = arguments.whom.root();
        // Where both views are one, as from Windows 7 on, what is written last is what stays.
        if let Some(dll32) = dll32 {
            enter(&root, KEY_WOW64_32KEY, &dll32)?;
        }
        enter(&root, KEY_WOW64_64KEY, &dll)
    });
    told(chosen, "register", err)
}

pub(crate) fn unregister(arguments: &Unregister, err: &mut impl Write) -> io::Result<u8> {
    let root = arguments.whom.root();
    let views = [KEY_WOW64_32KEY, KEY_WOW64_64KEY];
    let removed = views.into_iter().try_for_each(|view| leave(&root, view));
    told(removed, "unregister", err)
}

fn told(outcome: io::Result<()>, doing: &str, err: &mut impl Write) -> io::Result<u8> {
    match outcome {
        Ok(()) => Ok(exit::OK),
        Err(error) => {
            writeln!(err, "simplemapi: cannot {doing} the library: {error}")?;
            Ok(match error.kind() {
                ErrorKind::PermissionDenied => exit::NO_PERMISSION,
                _ => exit::UNAVAILABLE,
            })
        }
    }
}

/// The libraries for 64 and for 32 bits.
fn libraries(arguments: &Register) -> io::Result<(PathBuf, Option<PathBuf>)> {
    let beside = |name: &str| env::current_exe().map(|program| program.with_file_name(name));
    let dll = match &arguments.dll {
        Some(dll) => std::path::absolute(dll)?,
        None => beside("simplemapi.dll")?,
    };
    let dll32 = match &arguments.dll32 {
        Some(dll) => Some(std::path::absolute(dll)?),
        None => Some(beside(r"x86\simplemapi.dll")?).filter(|dll| dll.exists()),
    };
    for dll in [Some(&dll), dll32.as_ref()].into_iter().flatten() {
        if !dll.is_file() {
            let what = format!("there is no {}", dll.display());
            return Err(io::Error::new(ErrorKind::NotFound, what));
        }
    }
    Ok((dll, dll32))
}

/// Writes us down in one view of the registry, and makes us the default.
fn enter(root: &RegKey, view: u32, dll: &Path) -> io::Result<()> {
    let access = KEY_READ | KEY_WRITE | view;
    let (clients, _) = root.create_subkey_with_flags(CLIENTS, access)?;
    let (ours, _) = clients.create_subkey_with_flags(NAME, access)?;
    let dll = dll
        .to_str()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidFilename, "its path is not Unicode"))?;
    ours.set_value("", &NAME)?;
    // Windows takes the first for Simple MAPI, Wine looks at both.
    ours.set_value("DLLPath", &dll)?;
    ours.set_value("DLLPathEx", &dll)?;
    let before: String = clients.get_value("").unwrap_or_default();
    if before != NAME {
        ours.set_value(BEFORE, &before)?;
    }
    clients.set_value("", &NAME)
}

/// Takes us out of one view. That we are not there is fine.
fn leave(root: &RegKey, view: u32) -> io::Result<()> {
    let access = KEY_READ | KEY_WRITE | view;
    let clients = match root.open_subkey_with_flags(CLIENTS, access) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        clients => clients?,
    };
    let before: String = match clients.open_subkey_with_flags(NAME, access) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        ours => ours?.get_value(BEFORE).unwrap_or_default(),
    };
    let now: String = clients.get_value("").unwrap_or_default();
    if now == NAME {
        match before.as_str() {
            "" => clients.delete_value("")?,
            before => clients.set_value("", &before)?,
        }
    }
    clients.delete_subkey_with_flags(NAME, view)
}
