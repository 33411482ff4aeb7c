use super::*;
use crate::testing::{actor, actor_of, insert_staff, insert_staff_with_role, list_actions};
use crate::web::store::sessions::find_active_staff;

#[sqlx::test]
async fn an_account_is_created_once(pool: PgPool) {
    let lan = insert_account(&pool, actor(), "lan", "Chị Lan", Role::Moderator, Some("$hash")).await.expect("creates");
    let lan = find_active_staff(&pool, lan).await.expect("reads").expect("is there");
    assert_eq!((lan.name.as_str(), lan.role), ("Chị Lan", Role::Moderator));
    let refused =
        async |username: &str, name: &str| insert_account(&pool, actor(), username, name, Role::Editor, None).await;
    assert_eq!(refused("lan", "Chị Lan").await, Err(AppError::invalid(USERNAME_TAKEN)));
    for bad in ["", "l", "Lan", "lan lan", ".lan", "lan;drop", "lẩn"] {
        assert_eq!(refused(bad, "Chị Lan").await, Err(AppError::invalid(BAD_USERNAME)), "{bad}");
    }
    assert_eq!(refused("hoa", "H").await, Err(AppError::invalid(BAD_DISPLAY_NAME)));
    assert_eq!((list_accounts(&pool).await.expect("lists").len(), list_actions(&pool).await.len()), (1, 1));
}

#[sqlx::test]
async fn whoever_was_invited_cannot_sign_in_yet(pool: PgPool) {
    let id = insert_account(&pool, actor(), "lan", "Chị Lan", Role::Editor, None).await.expect("invites");
    assert_eq!(find_credentials(&pool, "lan").await, Ok(None));
    assert_eq!(find_password_hash(&pool, id).await, Ok(None));
    assert!(list_accounts(&pool).await.expect("lists")[0].is_invited);
    assert_eq!(list_actions(&pool).await, ["invite"]);
}

#[sqlx::test]
async fn a_disabled_account_is_out_until_it_is_enabled(pool: PgPool) {
    let lan = insert_staff(&pool, "lan").await;
    let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    let by = actor_of(&minh);
    set_disabled(&pool, by, lan.id, true).await.expect("disables");
    set_disabled(&pool, by, lan.id, true).await.expect("is disabled already");
    assert_eq!(find_active_staff(&pool, lan.id).await, Ok(None));
    assert_eq!(find_credentials(&pool, "lan").await, Ok(None));
    set_disabled(&pool, by, lan.id, false).await.expect("enables");
    assert_eq!(find_active_staff(&pool, lan.id).await, Ok(Some(lan)));
    assert_eq!(list_actions(&pool).await, ["disable-account", "enable-account"]);
}

#[sqlx::test]
async fn the_last_administrator_stays(pool: PgPool) {
    let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    let by = actor_of(&minh);
    // somebody who was invited and never came is nobody to rely on
    let other = insert_account(&pool, by, "hoa", "Chị Hoa", Role::Administrator, None).await.expect("invites");
    let last = Err(AppError::invalid(LAST_ADMINISTRATOR));
    let forbidden = Err(AppError::Forbidden(ROLE_FORBIDS));
    assert_eq!(set_disabled(&pool, by, minh.id, true).await, last);
    assert_eq!(change_role(&pool, by, minh.id, Role::Editor).await, last);
    assert_eq!(set_disabled(&pool, actor(), minh.id, true).await, last, "by the command line neither");
    set_password(&pool, by, other, "$hash", None).await.expect("stores");
    change_role(&pool, by, minh.id, Role::Moderator).await.expect("there is another now");
    assert_eq!(change_role(&pool, by, minh.id, Role::Administrator).await, forbidden, "nobody promotes themselves");
    assert_eq!(set_disabled(&pool, by, other, true).await, forbidden);
}

#[sqlx::test]
async fn a_role_is_given_once_and_to_an_account_that_is_there(pool: PgPool) {
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    for _ in 0..2 {
        change_role(&pool, actor(), lan.id, Role::Editor).await.expect("is an editor");
    }
    assert_eq!(change_role(&pool, actor(), 999, Role::Editor).await, Err(AppError::NotFound));
    assert_eq!(find_active_staff(&pool, lan.id).await.expect("reads").expect("is there").role, Role::Editor);
    assert_eq!(list_display_names(&pool).await.map(|names| names.len()), Ok(2));
    assert_eq!(find_active_staff(&pool, hoa.id).await, Ok(Some(hoa)));
    assert_eq!(list_actions(&pool).await, ["change-role"]);
}

#[sqlx::test]
async fn two_administrators_who_remove_each_other_leave_one(pool: PgPool) {
    let one = insert_staff_with_role(&pool, "mot", Role::Administrator).await;
    let two = insert_staff_with_role(&pool, "hai", Role::Administrator).await;
    let (a, b) = tokio::join!(
        set_disabled(&pool, actor_of(&one), two.id, true),
        change_role(&pool, actor_of(&two), one.id, Role::Moderator),
    );
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|won| **won).count(), 1, "{a:?} {b:?}");
}

#[sqlx::test]
async fn ending_all_sessions_and_a_new_password_begin_a_new_epoch_of_devices(pool: PgPool) {
    let lan = insert_staff(&pool, "lan").await;
    let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    assert_eq!(find_device_epoch(&pool, lan.id).await, Ok(1));
    end_sessions_of(&pool, actor_of(&minh), lan.id).await.expect("ends");
    assert_eq!(find_device_epoch(&pool, lan.id).await, Ok(2));
    set_password(&pool, actor_of(&lan), lan.id, "$new", None).await.expect("stores");
    assert_eq!(find_device_epoch(&pool, lan.id).await, Ok(3));
    let found = find_credentials(&pool, "lan").await.expect("reads").expect("may sign in");
    assert_eq!(found.epoch, 3);
    assert_eq!(find_device_epoch(&pool, 999).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn a_new_password_replaces_the_old(pool: PgPool) {
    let lan = insert_staff(&pool, "lan").await;
    set_password(&pool, actor_of(&lan), lan.id, "$new", Some("$no$hash")).await.expect("stores");
    let found = find_credentials(&pool, "lan").await.expect("reads").expect("may sign in");
    assert_eq!((found.account, found.hash.as_str(), found.epoch), (lan.id, "$new", 2), "known devices are forgotten");
    for late in ["$new", "$late"] {
        let refused = set_password(&pool, actor_of(&lan), lan.id, late, Some("$no$hash")).await;
        assert_eq!(refused, Err(AppError::invalid(WRONG_CURRENT_PASSWORD)), "the old one was replaced meanwhile");
    }
    assert_eq!(find_password_hash(&pool, lan.id).await, Ok(Some("$new".to_owned())));
    assert_eq!(set_password(&pool, actor(), 999, "$new", None).await, Err(AppError::NotFound));
    assert_eq!(list_actions(&pool).await, ["change-password"]);
}

#[sqlx::test]
async fn an_administrator_ends_somebodys_sessions(pool: PgPool) {
    let lan = insert_staff(&pool, "lan").await;
    let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    for id in [1_u8, 2] {
        sqlx::query!(
            "insert into sessions (id_hash, account_id, data, expires_at, device)
             values ($1, $2, '{}', now() + interval '1 hour', '')",
            &[id; 32][..],
            lan.id
        )
        .execute(&pool)
        .await
        .expect("opens");
    }
    assert_eq!(end_sessions_of(&pool, actor_of(&lan), minh.id).await, Err(AppError::Forbidden(ROLE_FORBIDS)));
    end_sessions_of(&pool, actor_of(&minh), lan.id).await.expect("ends");
    end_sessions_of(&pool, actor_of(&minh), lan.id).await.expect("has nothing left to end");
    let details =
        sqlx::query_scalar!("select detail from audit order by number").fetch_all(&pool).await.expect("reads");
    assert_eq!(details, [r#"{"count":2}"#, r#"{"count":0}"#]);
}

#[sqlx::test]
async fn an_account_is_found_by_its_name_and_everybody_is_listed(pool: PgPool) {
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    assert_eq!(find_account(&pool, "lan").await, Ok(Some(lan.id)));
    assert_eq!(find_account(&pool, "Lan").await, Ok(None));
    let names = [(hoa.id, "Chị hoa".to_owned()), (lan.id, "Chị lan".to_owned())];
    assert_eq!(list_names(&pool).await, Ok(names.to_vec()));
    sqlx::query("update accounts set disabled_at = now() where username = 'hoa'").execute(&pool).await.expect("locks");
    assert_eq!(list_names(&pool).await, Ok(names.to_vec()));
    assert_eq!(list_active_names(&pool).await, Ok(names[1..].to_vec()));
}

#[sqlx::test]
async fn an_administrator_lets_an_editor_publish_and_stops_it(pool: PgPool) {
    let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    let hoa = insert_staff_with_role(&pool, "hoa", Role::Editor).await;
    let may = |id: i64| {
        let pool = pool.clone();
        async move { find_active_staff(&pool, id).await.expect("reads").expect("is there").may_publish }
    };
    for allowed in [true, true, false, false] {
        set_may_publish(&pool, actor_of(&minh), hoa.id, allowed).await.expect("changes");
        assert_eq!(may(hoa.id).await, allowed);
    }
    assert_eq!(list_actions(&pool).await, ["allow-publishing", "forbid-publishing"], "a repeat is no entry");
    let refused = set_may_publish(&pool, actor_of(&hoa), hoa.id, true).await;
    assert!(matches!(refused, Err(AppError::Forbidden(_))), "nobody marks themselves: {refused:?}");
    assert!(!may(hoa.id).await);
}
