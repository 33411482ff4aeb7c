//! The subcommands beside `serve`.

use crate::config::{AccountCommand, SettingCommand};
use crate::database::Database;
use app::accounts::{Role, password, store as accounts};
use app::settings::{KINDS, check, store as settings};
use sqlx::PgPool;
use std::error::Error;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

type Outcome = Result<(), Box<dyn Error>>;

/// Staff accounts.
pub async fn account(pool: &PgPool, command: AccountCommand) -> Outcome {
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
pub async fn setting(pool: &PgPool, command: SettingCommand) -> Outcome {
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
        SettingCommand::Set { key, value } => {
            check(&key, &value)?;
            settings::set(pool, &key, &value).await?;
            println!("{key} = {value}");
        }
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
