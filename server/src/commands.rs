//! The subcommands beside `serve`.

use crate::config::{AccountCommand, AuditCommand, SettingCommand};
use crate::database::Database;
use app::base::error::AppError;
use app::base::keys::Key;
use app::features::accounts::password::accept_password;
use app::features::accounts::store::{self as accounts, ListedAccount, second_factor};
use app::features::accounts::{
    BAD_DISPLAY_NAME, BAD_PASSWORD, BAD_USERNAME, COMMON_PASSWORD, LAST_ADMINISTRATOR, USERNAME_TAKEN,
};
use app::features::audit::Actor;
use app::features::audit::store::verify_record;
use app::features::settings::store::change_setting;
use app::registry;
use app::web::settings::{Setting, Settings};
use app::web::store::settings::list_settings;
use sqlx::PgPool;
use std::error::Error;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

type CommandResult = Result<(), Box<dyn Error>>;

/// Creates and changes staff accounts.
pub async fn run_account_command(pool: &PgPool, key: &Key, command: AccountCommand) -> CommandResult {
    let actor = Actor::command_line(key);
    match command {
        AccountCommand::Create { username, display_name, role } => {
            let hash = read_password_hash(&[&username, &display_name]).await?;
            accounts::insert_account(pool, actor, &username, &display_name, role, Some(&hash))
                .await
                .map_err(explain)?;
            println!("{username} can sign in.");
        }
        AccountCommand::List => {
            for account in accounts::list_accounts(pool).await? {
                println!("{}", describe_account(&account));
            }
        }
        AccountCommand::Disable { username } => {
            let account = require_account(pool, &username).await?;
            accounts::set_disabled(pool, actor, account, true).await.map_err(explain)?;
            println!("{username} is signed out and can no longer sign in.");
        }
        AccountCommand::Enable { username } => {
            let account = require_account(pool, &username).await?;
            accounts::set_disabled(pool, actor, account, false).await.map_err(explain)?;
            println!("{username} can sign in again.");
        }
        AccountCommand::NewPassword { username } => {
            let account = require_account(pool, &username).await?;
            let hash = read_password_hash(&[&username]).await?;
            accounts::set_password(pool, actor, account, &hash, None).await.map_err(explain)?;
            println!("{username} has a new password and is signed out everywhere.");
        }
        AccountCommand::RemoveSecondFactor { username } => {
            let account = require_account(pool, &username).await?;
            second_factor::remove(pool, actor, account).await.map_err(explain)?;
            println!("{username} signs in with the password alone.");
        }
    }
    Ok(())
}

async fn require_account(pool: &PgPool, username: &str) -> Result<i64, Box<dyn Error>> {
    let account = accounts::find_account(pool, username).await?;
    account.ok_or_else(|| format!("there is no account {username}").into())
}

/// One line of the list of accounts.
fn describe_account(account: &ListedAccount) -> String {
    let state = match (account.is_disabled, account.is_invited) {
        (true, _) => "disabled",
        (false, true) => "invited",
        (false, false) => "enabled",
    };
    let second_factor = if account.has_second_factor { "\tsecond factor" } else { "" };
    let role = account.role.value();
    format!("{}\t{}\t{role}\t{state}{second_factor}", account.username, account.display_name)
}

/// Explains an error for the administrator's terminal.
fn explain(error: AppError) -> Box<dyn Error> {
    let AppError::Invalid(problems) = &error else { return error.into() };
    let sentence = match problems.first() {
        Some(problem) if *problem == BAD_USERNAME => {
            "a username has 2 to 40 small letters, digits, dots, hyphens or underscores, and begins with a letter or a \
             digit"
        }
        Some(problem) if *problem == USERNAME_TAKEN => "there is already an account with this username",
        Some(problem) if *problem == BAD_DISPLAY_NAME => "a displayed name has 2 to 60 characters",
        Some(problem) if *problem == BAD_PASSWORD => "a password has 12 to 200 characters",
        Some(problem) if *problem == COMMON_PASSWORD => {
            "this password is easily guessed: use a short sentence of your own"
        }
        Some(problem) if *problem == LAST_ADMINISTRATOR => "this is the last administrator: create another one first",
        _ => return error.into(),
    };
    sentence.into()
}

/// Reads a new password and hashes it. It must have nothing to do with the given names.
async fn read_password_hash(names: &[&str]) -> Result<String, Box<dyn Error>> {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    accept_password(read_password()?, names).await.map_err(explain)
}

/// Asks for a password twice, or reads it from standard input. It is never an argument, because others on the machine
/// can read those.
fn read_password() -> Result<String, Box<dyn Error>> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("New password: ")?;
        if rpassword::prompt_password("Again: ")? != password {
            return Err("the two passwords differ".into());
        }
        return Ok(password);
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\n', '\r']).to_owned())
}

/// Prints and changes settings of the site.
pub async fn run_setting_command(pool: &PgPool, audit_key: &Key, command: SettingCommand) -> CommandResult {
    match command {
        SettingCommand::Get { key: Some(key) } => {
            let setting = find_setting(&key)?;
            let settings = Settings::new(list_settings(pool).await?);
            println!("{}", settings.text(&setting));
        }
        SettingCommand::Get { key: None } => {
            let settings = Settings::new(list_settings(pool).await?);
            for setting in registry::settings() {
                println!("{} = {}\t# {}", setting.key, settings.text(&setting), setting.help);
            }
        }
        SettingCommand::Set { key, value } => {
            let setting = find_setting(&key)?;
            setting.check(&value)?;
            change_setting(pool, Actor::command_line(audit_key), &setting, &value).await?;
            println!("{key} = {value}");
        }
    }
    Ok(())
}

fn find_setting(key: &str) -> Result<Setting, String> {
    let setting = registry::settings().into_iter().find(|setting| setting.key == key);
    setting.ok_or_else(|| format!("there is no setting {key}"))
}

/// Verifies the audit record.
pub async fn run_audit_command(pool: &PgPool, key: &Key, command: AuditCommand) -> CommandResult {
    let AuditCommand::Verify { head } = command;
    match verify_record(pool, key, head).await? {
        Ok(head) => println!("The record is complete: {} entries. Its head: {head}", head.number),
        Err(broken) => return Err(format!("the record is broken: {broken}").into()),
    }
    Ok(())
}

/// Runs another program with DATABASE_URL set to the site's database.
pub fn run_beside_database(database: &Database, command: &[String]) -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = database.programs.iter().cloned().chain(std::env::split_paths(&path));
    let status = std::process::Command::new(&command[0])
        .args(&command[1..])
        .env("DATABASE_URL", &database.url)
        .env("PATH", std::env::join_paths(path)?)
        .status()?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}
