use super::*;
use crate::moderation::store::tests::key;

pub async fn staff(pool: &PgPool, username: &str) -> Staff {
    of_role(pool, username, Role::Moderator).await
}

/// An account that was there before the record began.
pub async fn of_role(pool: &PgPool, username: &str, role: Role) -> Staff {
    let id = sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, password_hash) values ($1, $2, $3, '$no$hash') returning id",
        username,
        format!("Chị {username}"),
        role.value()
    );
    let id = id.fetch_one(pool).await.expect("makes an account");
    active(pool, id).await.expect("reads").expect("is there")
}

async fn actions(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar!("select action from audit order by number").fetch_all(pool).await.expect("reads")
}

#[sqlx::test]
async fn an_account_is_made_once(pool: PgPool) {
    let key = key();
    let by = By { account: None, key: &key };
    let lan = insert(&pool, by, "lan", "Chị Lan", Role::Moderator, Some("$hash")).await.expect("makes an account");
    let lan = active(&pool, lan).await.expect("reads").expect("is there");
    assert_eq!((lan.name.as_str(), lan.role), ("Chị Lan", Role::Moderator));
    let refused = async |username: &str, name: &str| insert(&pool, by, username, name, Role::Editor, None).await;
    assert_eq!(refused("lan", "Chị Lan").await, Err(AppError::rule(Rule::UsernameTaken)));
    for bad in ["", "l", "Lan", "lan lan", ".lan", "lan;drop", "lẩn"] {
        assert_eq!(refused(bad, "Chị Lan").await, Err(AppError::rule(Rule::Username)), "{bad}");
    }
    assert_eq!(refused("hoa", "H").await, Err(AppError::rule(Rule::DisplayName)));
    assert_eq!((list(&pool).await.expect("lists").len(), actions(&pool).await.len()), (1, 1));
}

#[sqlx::test]
async fn whoever_was_invited_cannot_sign_in_yet(pool: PgPool) {
    let key = key();
    let id =
        insert(&pool, By { account: None, key: &key }, "lan", "Chị Lan", Role::Editor, None).await.expect("invites");
    assert_eq!(for_sign_in(&pool, "lan").await, Ok(None));
    assert_eq!(secrets(&pool, id).await, Ok(None));
    assert!(list(&pool).await.expect("lists")[0].invited);
    assert_eq!(actions(&pool).await, ["invite"]);
}

#[sqlx::test]
async fn a_disabled_account_is_out_until_it_is_enabled(pool: PgPool) {
    let (lan, boss) = (staff(&pool, "lan").await, of_role(&pool, "minh", Role::Administrator).await);
    let key = key();
    let by = By { account: Some(boss.id), key: &key };
    set_disabled(&pool, by, lan.id, true).await.expect("disables");
    set_disabled(&pool, by, lan.id, true).await.expect("is so already");
    assert_eq!(active(&pool, lan.id).await, Ok(None));
    assert_eq!(for_sign_in(&pool, "lan").await, Ok(None));
    set_disabled(&pool, by, lan.id, false).await.expect("enables");
    assert_eq!(active(&pool, lan.id).await, Ok(Some(lan)));
    assert_eq!(actions(&pool).await, ["disable-account", "enable-account"]);
}

#[sqlx::test]
async fn the_last_administrator_stays(pool: PgPool) {
    let boss = of_role(&pool, "minh", Role::Administrator).await;
    let key = key();
    let by = By { account: Some(boss.id), key: &key };
    // somebody who was invited and never came is nobody to rely on
    let other = insert(&pool, by, "hoa", "Chị Hoa", Role::Administrator, None).await.expect("invites");
    let last = Err(AppError::rule(Rule::LastAdministrator));
    assert_eq!(set_disabled(&pool, by, boss.id, true).await, last);
    assert_eq!(change_role(&pool, by, boss.id, Role::Editor).await, last);
    assert_eq!(
        set_disabled(&pool, By { account: None, key: &key }, boss.id, true).await,
        last,
        "by the command line neither"
    );
    set_password(&pool, by, other, "$hash", None).await.expect("stores");
    change_role(&pool, by, boss.id, Role::Moderator).await.expect("there is another now");
    assert_eq!(
        change_role(&pool, by, boss.id, Role::Administrator).await,
        Err(AppError::NotAllowed),
        "nobody raises themselves"
    );
    assert_eq!(set_disabled(&pool, by, other, true).await, Err(AppError::NotAllowed));
}

#[sqlx::test]
async fn two_administrators_who_remove_each_other_leave_one(pool: PgPool) {
    let (one, two) =
        (of_role(&pool, "mot", Role::Administrator).await, of_role(&pool, "hai", Role::Administrator).await);
    let key = key();
    let (a, b) = tokio::join!(
        set_disabled(&pool, By { account: Some(one.id), key: &key }, two.id, true),
        change_role(&pool, By { account: Some(two.id), key: &key }, one.id, Role::Moderator),
    );
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|won| **won).count(), 1, "{a:?} {b:?}");
}

#[sqlx::test]
async fn a_new_password_replaces_the_old(pool: PgPool) {
    let lan = staff(&pool, "lan").await;
    let key = key();
    set_password(&pool, By { account: Some(lan.id), key: &key }, lan.id, "$new", Some("$no$hash"))
        .await
        .expect("stores");
    assert_eq!(for_sign_in(&pool, "lan").await, Ok(Some((lan.id, "$new".to_owned()))));
    let late = set_password(&pool, By { account: Some(lan.id), key: &key }, lan.id, "$late", Some("$no$hash")).await;
    assert_eq!(late, Err(AppError::rule(Rule::CurrentPassword)), "the old one was replaced meanwhile");
    assert_eq!(set_password(&pool, By { account: None, key: &key }, 999, "$new", None).await, Err(AppError::NotFound));
    assert_eq!(actions(&pool).await, ["change-password"]);
}
