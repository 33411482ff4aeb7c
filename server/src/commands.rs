//! The subcommands beside `serve`.

use crate::config::{AccountCommand, AuditCommand, SettingCommand};
use crate::database::Database;
use app::accounts::store::{self as accounts, By};
use app::accounts::{Role, password};
use app::audit::store as audit;
use app::error::{AppError, Rule};
use app::keys::Key;
use app::settings::{KINDS, check, store as settings};
use sqlx::PgPool;
use std::error::Error;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

type Outcome = Result<(), Box<dyn Error>>;

/// Staff accounts.
pub async fn account(pool: &PgPool, key: &Key, command: AccountCommand) -> Outcome {
    let by = By { account: None, key };
    let id = async |username: &str| {
        accounts::id_of(pool, username)
            .await?
            .ok_or_else(|| Box::<dyn Error>::from(format!("there is no account {username}")))
    };
    match command {
        AccountCommand::Create { username, display_name, role } => {
            let role = Role::parse(&role).ok_or("a role is administrator, editor or moderator")?;
            let hash = new_hash(&[&username, &display_name]).await?;
            accounts::insert(pool, by, &username, &display_name, role, Some(&hash)).await.map_err(explain)?;
            println!("{username} can sign in.");
        }
        AccountCommand::List => {
            for account in accounts::list(pool).await? {
                let state = match (account.disabled, account.invited) {
                    (true, _) => "disabled",
                    (false, true) => "invited",
                    (false, false) => "enabled",
                };
                let second = if account.second_factor { "\tsecond factor" } else { "" };
                println!("{}\t{}\t{}\t{state}{second}", account.username, account.display_name, account.role);
            }
        }
        AccountCommand::Disable { username } => {
            accounts::set_disabled(pool, by, id(&username).await?, true).await.map_err(explain)?;
            println!("{username} is signed out and can sign in no more.");
        }
        AccountCommand::Enable { username } => {
            accounts::set_disabled(pool, by, id(&username).await?, false).await?;
            println!("{username} can sign in again.");
        }
        AccountCommand::NewPassword { username } => {
            let id = id(&username).await?;
            accounts::set_password(pool, by, id, &new_hash(&[&username]).await?, None).await?;
            println!("{username} has a new password and is signed out everywhere.");
        }
        AccountCommand::RemoveSecondFactor { username } => {
            accounts::second_factor::remove(pool, by, id(&username).await?).await?;
            println!("{username} signs in with the password alone.");
        }
    }
    Ok(())
}

/// What is wrong, for the administrator's terminal.
fn explain(error: AppError) -> Box<dyn Error> {
    let rule = match &error {
        AppError::Invalid(rules) => rules.first().copied(),
        _ => None,
    };
    match rule {
        Some(Rule::Username) => {
            "a name has 2 to 40 small letters, digits, dots, hyphens or underscores, and begins with a letter or a digit".into()
        }
        Some(Rule::UsernameTaken) => "there is an account of that name already".into(),
        Some(Rule::DisplayName) => "a displayed name has 2 to 60 characters".into(),
        Some(Rule::Password) => "a password has 12 to 200 characters".into(),
        Some(Rule::PasswordCommon) => "this password is guessed soon: use a short sentence of your own".into(),
        Some(Rule::LastAdministrator) => "this is the last administrator: make another first".into(),
        _ => error.into(),
    }
}

/// The hash of a new password, which must have nothing to do with these names.
async fn new_hash(known: &[&str]) -> Result<String, Box<dyn Error>> {
    let known = known.iter().map(|&name| name.to_owned()).collect();
    password::accept(new_password()?, known).await.map_err(explain)
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
            settings::set(pool, key, None, &name, &value).await?;
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
