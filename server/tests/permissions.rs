//! Permissions: every endpoint is called by every kind of sender.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::accounts::store::set_disabled;
use app::routes::{self, Kind, Route};
use app::web::permissions::Role;
use axum::http::StatusCode;
use common::{PASSWORD, TestSite, start_site};
use sqlx::PgPool;
use std::collections::HashSet;

/// The kinds of senders of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// Without any cookie.
    Nobody,
    /// With a visitor's cookie.
    Visitor,
    Moderator,
    Editor,
    Administrator,
    /// With the session of an administrator whose account was disabled.
    Disabled,
    /// An administrator without a second factor, while all staff must have one.
    WithoutSecondFactor,
    /// An administrator who gave the password, and not yet the code.
    CodePending,
}

/// Who may use an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Everybody,
    /// Everybody who is signed in, even without a required second factor.
    SignedIn,
    /// Staff of this role and of those above it.
    Staff(Role),
    /// Only a session in which a password was given and the code is pending.
    CodePending,
}

impl Allowed {
    fn permits(self, sender: Sender) -> bool {
        let role = match sender {
            Sender::Moderator => Some(Role::Moderator),
            Sender::Editor => Some(Role::Editor),
            Sender::Administrator => Some(Role::Administrator),
            _ => None,
        };
        match self {
            Self::Everybody => true,
            Self::SignedIn => role.is_some() || sender == Sender::WithoutSecondFactor,
            Self::Staff(least) => role.is_some_and(|role| role as u8 >= least as u8),
            Self::CodePending => sender == Sender::CodePending,
        }
    }
}

const EDITOR: Allowed = Allowed::Staff(Role::Editor);
const MODERATOR: Allowed = Allowed::Staff(Role::Moderator);
const ADMINISTRATOR: Allowed = Allowed::Staff(Role::Administrator);

/// Every endpoint that is reached with POST, and who may use it.
const TABLE: &[(Route, Allowed)] = &[
    (routes::RATE, Allowed::Everybody),
    (routes::WITHDRAW_VOTE, Allowed::Everybody),
    (routes::SEND_COMMENT, Allowed::Everybody),
    (routes::CORRECT_COMMENT, Allowed::Everybody),
    (routes::WITHDRAW_COMMENT, Allowed::Everybody),
    (routes::ERASE_WRITER, Allowed::Everybody),
    (routes::SEND_INQUIRY, Allowed::Everybody),
    (routes::REPORT_COMMENT, Allowed::Everybody),
    (routes::SEND_FAULT, Allowed::Everybody),
    (routes::DELETE_FAULT, Allowed::Everybody),
    (routes::DECIDE, MODERATOR),
    (routes::DECIDE_MANY, MODERATOR),
    (routes::ANSWER_COMMENT, MODERATOR),
    (routes::BLOCK_WRITER, MODERATOR),
    (routes::END_BLOCK, MODERATOR),
    (routes::COVER_TEXT, MODERATOR),
    (routes::MARK_QUESTION, MODERATOR),
    (routes::WRITE_NOTE, MODERATOR),
    (routes::DELETE_NOTE, MODERATOR),
    (routes::SAVE_ANSWER, MODERATOR),
    (routes::DELETE_SAVED_ANSWER, MODERATOR),
    (routes::CORRECT_ANSWER, MODERATOR),
    (routes::SET_PRESENCE, MODERATOR),
    (routes::REVIEW_VOTES, MODERATOR),
    (routes::CLOSE, MODERATOR),
    (routes::REOPEN, MODERATOR),
    (routes::SET_COMMENT_POLICY, MODERATOR),
    (routes::CREATE_ARTICLE, EDITOR),
    (routes::SAVE_ARTICLE, EDITOR),
    (routes::KEEP_COPY, EDITOR),
    (routes::DROP_COPY, EDITOR),
    (routes::MOVE_ARTICLE, EDITOR),
    (routes::RESTORE_REVISION, EDITOR),
    (routes::MERGE_TEXTS, EDITOR),
    (routes::CREATE_PREVIEW, EDITOR),
    (routes::END_PREVIEW, EDITOR),
    (routes::CREATE_CATEGORY, EDITOR),
    (routes::CHANGE_CATEGORY, EDITOR),
    (routes::MOVE_CATEGORY, EDITOR),
    (routes::SAVE_FRONT, EDITOR),
    (routes::CREATE_NOTICE, EDITOR),
    (routes::END_NOTICE, EDITOR),
    (routes::CREATE_EVENT, EDITOR),
    (routes::CHANGE_EVENT, EDITOR),
    (routes::CANCEL_EVENT, EDITOR),
    (routes::DELETE_EVENT, EDITOR),
    (routes::CREATE_SERIES, EDITOR),
    (routes::CHANGE_SERIES, EDITOR),
    (routes::DELETE_SERIES, EDITOR),
    (routes::CREATE_MENU_ITEM, ADMINISTRATOR),
    (routes::CHANGE_MENU_ITEM, ADMINISTRATOR),
    (routes::MOVE_MENU_ITEM, ADMINISTRATOR),
    (routes::DELETE_MENU_ITEM, ADMINISTRATOR),
    (routes::SAVE_APPEARANCE, ADMINISTRATOR),
    (routes::MERGE_CATEGORY, EDITOR),
    (routes::RENAME_TAG, EDITOR),
    (routes::MERGE_TAG, EDITOR),
    (routes::DECIDE_FAULT, EDITOR),
    (routes::DESCRIBE_PICTURE, EDITOR),
    (routes::DELETE_PICTURE, EDITOR),
    (routes::DELETE_FILE, EDITOR),
    (routes::UPLOAD, EDITOR),
    (routes::ADD_TERMS, ADMINISTRATOR),
    (routes::REMOVE_TERM, ADMINISTRATOR),
    (routes::CHANGE_SETTING, ADMINISTRATOR),
    (routes::INVITE, ADMINISTRATOR),
    (routes::CREATE_LINK, ADMINISTRATOR),
    (routes::CHANGE_ROLE, ADMINISTRATOR),
    (routes::SET_PUBLISHER, ADMINISTRATOR),
    (routes::DISABLE_ACCOUNT, ADMINISTRATOR),
    (routes::END_SESSIONS, ADMINISTRATOR),
    (routes::SIGN_IN, Allowed::Everybody),
    (routes::SIGN_IN_CODE, Allowed::CodePending),
    (routes::SIGN_OUT, Allowed::Everybody),
    (routes::KEEP_ALIVE, Allowed::SignedIn),
    (routes::ACCEPT_LINK, Allowed::Everybody),
    (routes::CHANGE_PASSWORD, Allowed::SignedIn),
    (routes::END_SESSION, Allowed::SignedIn),
    (routes::BEGIN_SECOND_FACTOR, Allowed::SignedIn),
    (routes::CONFIRM_SECOND_FACTOR, Allowed::SignedIn),
    (routes::RENEW_RECOVERY_CODES, Allowed::SignedIn),
    (routes::REMOVE_SECOND_FACTOR, Allowed::SignedIn),
    (routes::CHANGE_DAILY_MAIL, Allowed::SignedIn),
    (routes::EXPORT_COMMENTS, ADMINISTRATOR),
    (routes::EXPORT_FIGURES, MODERATOR),
];

/// Endpoints that pages read; they are reached with GET.
const READS: &[Route] = &[routes::READ_PAGE, routes::READ_COMMENTS, routes::READ_ROOM];

/// Sends an empty form and returns whether it passes authorisation.
async fn passes(t: &TestSite, route: &Route, cookies: &str) -> bool {
    let response = t.send(route.path, "", cookies).await;
    assert!(!response.status.is_server_error(), "{}: {}", route.path, response.status);
    !matches!(response.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

async fn check(t: &TestSite, sender: Sender, cookies: &str) {
    // signing out ends the session, so it comes last
    let (last, others): (Vec<&(Route, Allowed)>, Vec<_>) =
        TABLE.iter().partition(|(route, _)| *route == routes::SIGN_OUT);
    for (route, allowed) in others.into_iter().chain(last) {
        let expected = allowed.permits(sender);
        assert_eq!(passes(t, route, cookies).await, expected, "{sender:?} at {}: {allowed:?}", route.path);
    }
}

#[test]
fn the_table_names_every_endpoint_once() {
    let listed: Vec<&str> = TABLE.iter().map(|(route, _)| route.path).chain(READS.iter().map(|r| r.path)).collect();
    let handlers = [routes::EXPORT_COMMENTS, routes::EXPORT_FIGURES, routes::UPLOAD];
    let endpoints = routes::ALL.iter().filter(|route| route.kind == Kind::Endpoint || handlers.contains(route));
    let endpoints: HashSet<&str> = endpoints.map(|route| route.path).collect();
    assert_eq!(listed.len(), endpoints.len(), "an endpoint is named twice");
    assert_eq!(listed.into_iter().collect::<HashSet<_>>(), endpoints);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_endpoint_admits_only_the_senders_in_the_table(pool: PgPool) {
    let t = start_site(pool).await;
    let visitor = t.send(routes::RATE.path, &format!("article_id={}&stars=5", t.article), "").await.cookies();
    assert!(!visitor.is_empty());
    let (moderator, editor) = (t.member("lan", Role::Moderator).await, t.member("hoa", Role::Editor).await);
    let administrator = t.member("minh", Role::Administrator).await;
    let disabled = t.member("cu", Role::Administrator).await;
    set_disabled(&t.site.pool, t.actor(), t.account("cu").await, true).await.unwrap();
    for (sender, cookies) in [
        (Sender::Nobody, ""),
        (Sender::Visitor, &visitor),
        (Sender::Moderator, &moderator),
        (Sender::Editor, &editor),
        (Sender::Administrator, &administrator),
        (Sender::Disabled, &disabled),
    ] {
        check(&t, sender, cookies).await;
    }
    let enabling = t.member("tam", Role::Administrator).await;
    t.send(routes::BEGIN_SECOND_FACTOR.path, &format!("current={}", PASSWORD.replace(' ', "+")), &enabling).await;
    let enabled = sqlx::query("update second_factors set confirmed_at = now()").execute(&t.site.pool).await.unwrap();
    assert_eq!(enabled.rows_affected(), 1);
    let pending = t.try_to_sign_in("tam", PASSWORD, "").await.cookies();
    check(&t, Sender::CodePending, &pending).await;
    let without = t.member("thu", Role::Administrator).await;
    t.set("accounts.second_factor_required", "1").await;
    check(&t, Sender::WithoutSecondFactor, &without).await;
}

#[sqlx::test(migrations = "../app/migrations")]
async fn disabling_an_account_or_changing_its_role_affects_open_sessions(pool: PgPool) {
    let t = start_site(pool).await;
    let administrator = t.member("minh", Role::Administrator).await;
    assert!(passes(&t, &routes::ADD_TERMS, &administrator).await);
    sqlx::query("update accounts set role = 'editor'").execute(&t.site.pool).await.unwrap();
    assert!(!passes(&t, &routes::ADD_TERMS, &administrator).await);
    assert!(passes(&t, &routes::DECIDE, &administrator).await);
    // even where the session itself was not ended
    sqlx::query("update accounts set disabled_at = now()").execute(&t.site.pool).await.unwrap();
    assert!(!passes(&t, &routes::DECIDE, &administrator).await);
    assert!(!passes(&t, &routes::KEEP_ALIVE, &administrator).await);
}
