//! A window over the one of the program that asks, which is another process's: on X11, where ulUIParam
//! is a window's number.
#![forbid(unsafe_code)]

use adw::prelude::*;
use gdk4_x11::X11Surface;
use gtk::gdk;
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
        let Some(surface) = window.surface() else {
            return;
        };
        let ours = surface.downcast_ref::<X11Surface>().map(X11Surface::xid);
        let Some(Ok(ours)) = ours.map(u32::try_from) else {
            return;
        };
        // The state is GTK's to tell: it would take away what it has not set.
        if tell(ours, parent).is_ok()
            && let Some(surface) = surface.downcast_ref::<gdk::Toplevel>()
        {
            surface.set_modal(true);
        }
    });
}

/// Tells the window manager, over a connection of its own.
fn tell(window: u32, parent: u32) -> Result<(), Box<dyn std::error::Error>> {
    let (connection, _) = x11rb::connect(None)?;
    // One that does not exist (any more) would keep ours in the background for nothing.
    connection.get_window_attributes(parent)?.reply()?;
    let (property, kind) = (AtomEnum::WM_TRANSIENT_FOR, AtomEnum::WINDOW);
    connection
        .change_property32(PropMode::REPLACE, window, property, kind, &[parent])?
        .check()?;
    Ok(())
}
