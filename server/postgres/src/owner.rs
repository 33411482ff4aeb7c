//! The user that runs the cluster.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The user that owns the cluster's files and runs its processes.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// The user that runs this program.
    Current,
    /// An unprivileged user, because this program runs as root.
    User {
        /// The user's id.
        uid: u32,
        /// The group's id.
        gid: u32,
    },
}

impl Owner {
    /// Chooses the current user, or for root the user `postgres` or `nobody`.
    pub fn choose() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Current;
        }
        let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Self::from_passwd(&accounts, name))
            .unwrap_or(Self::User { uid: 65534, gid: 65534 })
    }

    fn from_passwd(accounts: &str, name: &str) -> Option<Self> {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Self::User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    }

    /// Builds a command that this user runs. Its process group is separate, so that Ctrl-C does not reach it.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        command.process_group(0);
        if let Self::User { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Creates a folder that only this user can enter.
    pub(crate) fn prepare_folder(self, folder: &Path) -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        if let Self::User { uid, gid } = self {
            std::os::unix::fs::chown(folder, Some(uid), Some(gid))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_complete_name() {
        let accounts = "postgresql:x:1:2::/:/bin/sh\npostgres:x:105:113::/var/lib/postgresql:/bin/bash\n";
        assert!(matches!(Owner::from_passwd(accounts, "postgres"), Some(Owner::User { uid: 105, gid: 113 })));
        assert!(Owner::from_passwd(accounts, "nobody").is_none());
    }
}
