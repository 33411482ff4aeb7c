//! The subcommands beside `serve`.

use crate::config::{AccountCommand, AuditCommand, SettingCommand};
use crate::database::Database;
use app::accounts::{Role, password, store as accounts};
use app::audit::{Entry, store as audit};
use app::keys::Key;
use app::settings::{KINDS, check, store as settings};
use serde_json::json;
use sqlx::PgPool;
use std::error::Error;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

type Outcome = Result<(), Box<dyn Error>>;

/// Staff accounts.
pub async fn account(pool: &PgPool, key: &Key, command: AccountCommand) -> Outcome {
    let changed = match &command {
        AccountCommand::List => None,
        AccountCommand::Create { username, .. } => Some((username.clone(), "create-account")),
        AccountCommand::Disable { username } => Some((username.clone(), "disable-account")),
        AccountCommand::Enable { username } => Some((username.clone(), "enable-account")),
        AccountCommand::NewPassword { username } => Some((username.clone(), "reset-password")),
    };
    match command {
        AccountCommand::Create { username, display_name, role } => {
            let role = Role::parse(&role).ok_or("a role is administrator, editor or moderator")?;
            let hash = password::hash(new_password()?).await?;
            accounts::insert(pool, &username, &display_name, role, &hash).await?;
            println!("{username} can sign in.");
        }
        AccountCommand::List => {
            for account in accounts::list(pool).await? {
                let state = if account.disabled { "disabled" } else { "enabled" };
                println!("{}\t{}\t{}\t{state}", account.username, account.display_name, account.role);
            }
        }
        AccountCommand::Disable { username } => {
            known(accounts::set_disabled(pool, &username, true).await?, &username)?;
            println!("{username} is signed out and can sign in no more.");
        }
        AccountCommand::Enable { username } => {
            known(accounts::set_disabled(pool, &username, false).await?, &username)?;
            println!("{username} can sign in again.");
        }
        AccountCommand::NewPassword { username } => {
            let hash = password::hash(new_password()?).await?;
            known(accounts::set_password(pool, &username, &hash).await?, &username)?;
            println!("{username} has a new password and is signed out everywhere.");
        }
    }
    if let Some((username, action)) = changed {
        let id = accounts::id_of(pool, &username).await?;
        audit::note(pool, key, Entry::new(None, action, ("account", id), json!({}))).await?;
    }
    Ok(())
}

fn known(found: bool, username: &str) -> Outcome {
    if found { Ok(()) } else { Err(format!("there is no account {username}").into()) }
}

/// Asks for a password twice, or reads it from standard input; never from the command line, which others can see.
fn new_password() -> Result<String, Box<dyn Error>> {
    let typed = if std::io::stdin().is_terminal() {
        let typed = rpassword::prompt_password("New password: ")?;
        if rpassword::prompt_password("Again: ")? != typed {
            return Err("the two are not the same".into());
        }
        typed
    } else {
        let mut typed = String::new();
        std::io::stdin().read_to_string(&mut typed)?;
        typed.trim_end_matches(['\n', '\r']).to_owned()
    };
    password::check(&typed)?;
    Ok(typed)
}

/// Settings.
pub async fn setting(pool: &PgPool, key: &Key, command: SettingCommand) -> Outcome {
    match command {
        SettingCommand::Get { key } => {
            let rows = settings::rows(pool).await?;
            let value = |kind: &app::settings::Kind| {
                rows.iter().find(|(k, _)| k == kind.key).map_or(kind.default, |(_, value)| value).to_owned()
            };
            match key {
                Some(key) => println!(
                    "{}",
                    value(
                        KINDS
                            .iter()
                            .find(|kind| kind.key == key)
                            .ok_or_else(|| format!("there is no setting {key}"))?
                    )
                ),
                None => KINDS.iter().for_each(|kind| println!("{} = {}\t# {}", kind.key, value(kind), kind.help)),
            }
        }
        SettingCommand::Set { key: name, value } => {
            check(&name, &value)?;
            settings::set(pool, &name, &value).await?;
            audit::note(pool, key, Entry::new(None, "set", ("setting", None), json!({ "key": name }))).await?;
            println!("{name} = {value}");
        }
    }
    Ok(())
}

/// The record of what staff did.
pub async fn audit(pool: &PgPool, key: &Key, command: AuditCommand) -> Outcome {
    let AuditCommand::Verify { head } = command;
    match audit::verify(pool, key, head).await? {
        Ok(head) => println!("The record is whole: {} lines. Its head: {head}", head.number),
        Err(broken) => return Err(format!("the record is broken: {broken}").into()),
    }
    Ok(())
}

/// Runs a command beside the database.
pub fn beside(database: &Database, command: &[String]) -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = database.programs.iter().cloned().chain(std::env::split_paths(&path));
    let status = std::process::Command::new(&command[0])
        .args(&command[1..])
        .env("DATABASE_URL", &database.url)
        .env("PATH", std::env::join_paths(path)?)
        .status()?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}
