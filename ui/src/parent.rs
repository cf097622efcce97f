//! A window over the one of the program that asks, which is another process's: on X11, where ulUIParam
//! is a window's number.
#![forbid(unsafe_code)]

use adw::prelude::*;
use gdk4_x11::X11Surface;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, PropMode};
use x11rb::wrapper::ConnectionExt as _;

/// Keeps a window over another one, and that one from being used meanwhile, where the window manager
/// does so. What is no window's number, or another system's, changes nothing.
pub(crate) fn place_over(window: &adw::Window, parent: usize) {
    let Ok(parent) = u32::try_from(parent) else {
        return;
    };
    if parent == 0 {
        return;
    }
    // Before it is shown: the window manager looks when it first sees the window.
    window.connect_realize(move |window| {
        let surface = window.surface();
        if let Some(surface) = surface.and_then(|surface| surface.downcast::<X11Surface>().ok())
            && let Ok(window) = u32::try_from(surface.xid())
        {
            let _ = tell(window, parent);
        }
    });
}

/// Tells the window manager, over a connection of its own.
fn tell(window: u32, parent: u32) -> Result<(), Box<dyn std::error::Error>> {
    let (connection, _) = x11rb::connect(None)?;
    // One that does not exist (any more) would keep ours in the background for nothing.
    connection.get_window_attributes(parent)?.reply()?;
    let atom = |name: &str| -> Result<u32, Box<dyn std::error::Error>> {
        Ok(connection
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    };
    let set = |property: u32, kind: u32, value: u32| {
        connection.change_property32(PropMode::REPLACE, window, property, kind, &[value])
    };
    set(
        AtomEnum::WM_TRANSIENT_FOR.into(),
        AtomEnum::WINDOW.into(),
        parent,
    )?
    .check()?;
    let (state, modal) = (atom("_NET_WM_STATE")?, atom("_NET_WM_STATE_MODAL")?);
    set(state, AtomEnum::ATOM.into(), modal)?.check()?;
    connection.flush()?;
    Ok(())
}
