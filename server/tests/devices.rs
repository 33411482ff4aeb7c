//! Devices that are known from an earlier sign-in.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::web::limits::burst;
use app::web::permissions::Role;
use axum::http::StatusCode;
use common::{PASSWORD, known_device, start_site};
use sqlx::PgPool;

const NEW: &str = "mười hai con mèo đen";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn guesses_from_everywhere_do_not_lock_out_a_known_device(pool: PgPool) {
    let t = start_site(pool).await;
    t.staff("lan").await;
    let (boss, _) = (t.member("minh", Role::Administrator).await, t.staff("hoa").await);
    let known = known_device(&t.try_to_sign_in("lan", PASSWORD, "").await);
    let both = known_device(&t.try_to_sign_in("hoa", PASSWORD, &known).await);
    t.use_up("sign-in-name", burst(100, 5), b"lan");
    assert_eq!(t.try_to_sign_in("lan", PASSWORD, "").await.status, StatusCode::TOO_MANY_REQUESTS);
    let forged = format!("{}{}{}", &known[..40], if &known[40..41] == "A" { "B" } else { "A" }, &known[41..]);
    for bad in ["thiet-bi=x", &forged, &format!("{known}A")] {
        assert_eq!(t.try_to_sign_in("lan", PASSWORD, bad).await.status, StatusCode::TOO_MANY_REQUESTS, "{bad}");
    }
    assert_eq!(t.try_to_sign_in("lan", PASSWORD, &known).await.status, StatusCode::OK);
    assert_eq!(t.try_to_sign_in("lan", PASSWORD, &both).await.status, StatusCode::OK, "a shared computer");
    // an administrator ends all of her sessions: her devices are forgotten, and nobody else's
    let id = t.account("lan").await.to_string();
    let ended = form(&[("account", &id), ("current", PASSWORD)]);
    assert_eq!(t.send("/api/end-sessions", &ended, &boss).await.status, StatusCode::OK);
    assert_eq!(t.try_to_sign_in("lan", PASSWORD, &both).await.status, StatusCode::TOO_MANY_REQUESTS);
    t.use_up("sign-in-name", burst(100, 5), b"hoa");
    assert_eq!(t.try_to_sign_in("hoa", PASSWORD, &both).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_known_device_is_bound_by_the_limit_of_its_line(pool: PgPool) {
    let t = start_site(pool).await;
    t.staff("lan").await;
    let known = known_device(&t.try_to_sign_in("lan", PASSWORD, "").await);
    // names that nobody has, all from one line
    let sign_in = |name: &str| form(&[("username", name), ("password", PASSWORD)]);
    for n in 0..20 {
        t.send("/api/sign-in", &sign_in(&format!("khong-co-{n}")), &known).await;
    }
    assert_eq!(t.send("/api/sign-in", &sign_in("lan"), &known).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(t.try_to_sign_in("lan", PASSWORD, &known).await.status, StatusCode::OK, "from another line");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_new_password_forgets_devices_and_the_device_it_is_set_on_is_known_anew(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let old = known_device(&t.try_to_sign_in("lan", PASSWORD, "").await);
    let changed = form(&[("current", PASSWORD), ("password", NEW), ("again", NEW)]);
    let answer = t.send("/api/change-password", &changed, &lan).await;
    assert_eq!(answer.status, StatusCode::OK);
    let new = known_device(&answer);
    t.use_up("sign-in-name", burst(100, 5), b"lan");
    assert_eq!(t.try_to_sign_in("lan", NEW, &old).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(t.try_to_sign_in("lan", NEW, &new).await.status, StatusCode::OK);
}
