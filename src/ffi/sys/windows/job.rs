//! A program and all that it starts, to be ended as one.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::Child;
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation::{WAIT_FAILED, WAIT_OBJECT_0};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::Threading::WaitForSingleObject;

/// What is in it ends with it, and so with this process, however that ends; unless it is released.
#[derive(Debug)]
pub(crate) struct Job(OwnedHandle);

impl Job {
    /// # Errors
    /// The system's.
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: neither a name nor rights of its own: both may be NULL.
        let handle = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle was just made for us, and nobody else has it.
        let job = Self(unsafe { OwnedHandle::from_raw_handle(handle) });
        job.limit(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)?;
        Ok(job)
    }

    fn limit(&self, flags: u32) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = flags;
        // SAFETY: the handle is ours, and the structure is the one that the class names, of its size.
        let set = unsafe {
            SetInformationJobObject(
                self.0.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>() as u32,
            )
        };
        if set == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Takes a program in. Before Windows 8 that fails where the host is in such a job itself; then the
    /// program alone can be ended.
    pub(crate) fn take_in(&self, program: &Child) -> bool {
        // SAFETY: both handles are open.
        unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), program.as_raw_handle()) != 0 }
    }

    /// Ends all that is in it.
    pub(crate) fn end(&self) {
        // SAFETY: the handle is ours.
        unsafe { TerminateJobObject(self.0.as_raw_handle(), 1) };
    }

    /// Lets what the program has left behind go on.
    pub(crate) fn release(self) {
        let _ = self.limit(0);
    }
}

/// Waits until a program has ended, and says whether it has.
///
/// # Errors
/// The system's.
pub(crate) fn wait(program: &Child, limit: Duration) -> io::Result<bool> {
    let milliseconds = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX - 1);
    // SAFETY: the handle is open.
    match unsafe { WaitForSingleObject(program.as_raw_handle(), milliseconds) } {
        WAIT_OBJECT_0 => Ok(true),
        WAIT_FAILED => Err(io::Error::last_os_error()),
        _ => Ok(false),
    }
}
