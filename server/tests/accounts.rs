//! Accounts in the browser: invitations, roles, new passwords, one's own password and sessions, the second factor.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::moderation::REJECTION_REASONS;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{Answer, PASSWORD, Tested, known_device, tested};
use sqlx::PgPool;

const NEW: &str = "mười hai con mèo đen";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Posts a plain form and opens the page that it leads to, with the cookies of the answer.
async fn submit(t: &Tested, path: &str, pairs: &[(&str, &str)], cookies: &str) -> Answer {
    let answer = t.submit(path, &form(pairs), cookies).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {}", answer.body);
    let to = answer.header(header::LOCATION).split('#').next().unwrap().to_owned();
    // a browser sends the old cookies, except those that the answer replaced
    let new_cookies = answer.cookies();
    let kept = cookies.split("; ").filter(|old| {
        let name = old.split('=').next().unwrap();
        !new_cookies.split("; ").any(|new| new.starts_with(&format!("{name}=")))
    });
    let cookies =
        kept.chain(new_cookies.split("; ")).filter(|cookie| !cookie.is_empty()).collect::<Vec<_>>().join("; ");
    t.get(&to, &cookies).await
}

/// The path of the link that a page shows once.
fn link(page: &Answer) -> String {
    let from = page.body.find("http://site.test/tai-khoan/").expect("shows a link") + "http://site.test".len();
    page.body[from..].split('"').next().unwrap().to_owned()
}

async fn account(t: &Tested, username: &str) -> String {
    t.account(username).await.to_string()
}

/// The code that an app shows `offset` seconds from now.
async fn code(t: &Tested, username: &str, offset: i64) -> String {
    let id = t.account(username).await;
    let sealed: Vec<u8> = sqlx::query_scalar("select secret from second_factors where account_id = $1")
        .bind(id)
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(sealed.len(), 48, "whoever reads the database cannot make codes");
    let secret = app::features::accounts::second_factor::open_secret(&t.site.audit_key, id, sealed).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::new(secret.into_boxed_slice()))
        .with_account_name("x")
        .build()
        .unwrap();
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    totp.generate(u64::try_from(now + offset).unwrap()).to_string()
}

async fn actions(t: &Tested) -> Vec<String> {
    sqlx::query_scalar("select action from audit order by number").fetch_all(&t.site.pool).await.unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_invitation_makes_a_member_once(pool: PgPool) {
    let t = tested(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    let new = [
        ("display_name", "Chị Hoa\u{202e}"),
        ("username", "Hoa"),
        ("role", "editor"),
        ("current", PASSWORD),
        ("return_to", "/quan-tri/can-bo"),
    ];
    let page = submit(&t, "/api/invite", &new, &boss).await;
    assert!(page.body.contains("Liên kết mời Chị Hoa"), "{}", page.body);
    let path = link(&page);
    let token = path.rsplit('/').next().unwrap();
    assert!(!t.get("/quan-tri/can-bo", &boss).await.body.contains(token), "it is shown once");
    let kept: bool =
        sqlx::query_scalar("select exists (select from account_links l where position($1 in l::text) > 0)")
            .bind(token)
            .fetch_one(&t.site.pool)
            .await
            .unwrap();
    assert!(!kept, "a hash alone is kept");
    let page = t.get(&path, "").await;
    assert_eq!((page.status, page.header(header::CACHE_CONTROL)), (StatusCode::OK, "private, no-store"));
    assert!(page.body.contains("Chào Chị Hoa.") && page.body.contains("content=\"noindex\""), "{}", page.body);
    // what is refused leaves the link as it was
    for (password, again, words) in [
        ("bé xíu 1", "bé xíu 1", "từ 12 đến 200 ký tự"),
        ("phuonghiepninh", "phuonghiepninh", "dễ đoán"),
        (NEW, "mười hai con mèo xám", "Nhập lại đúng"),
    ] {
        let typed = [("token", token), ("password", password), ("again", again), ("return_to", &path)];
        let page = submit(&t, "/api/accept-link", &typed, "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(words) && !page.body.contains(password), "{words}: {}", page.body);
    }
    let typed = [("token", token), ("password", NEW), ("again", NEW), ("return_to", &path)];
    let desk = submit(&t, "/api/accept-link", &typed, "").await;
    assert!(desk.is_desk() && desk.body.contains("Chị Hoa"), "{}", desk.body);
    // used, it leads nowhere, and says so
    let page = t.get(&path, "").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("Liên kết không còn dùng được"));
    let again = t.send("/api/accept-link", &form(&typed), "").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let role: String = sqlx::query_scalar("select role::text from accounts where username = 'hoa'")
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(role, "editor");
    assert_eq!(actions(&t).await[2..], ["invite", "make-link", "accept-invitation", "sign-in"]);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_expired_invitation_says_what_to_do(pool: PgPool) {
    let t = tested(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    let page = submit(
        &t,
        "/api/invite",
        &[
            ("display_name", "Chị Hoa"),
            ("username", "hoa"),
            ("role", "moderator"),
            ("current", PASSWORD),
            ("return_to", "/quan-tri/can-bo"),
        ],
        &boss,
    )
    .await;
    let path = link(&page);
    sqlx::query("update account_links set expires_at = now() - interval '1 second'")
        .execute(&t.site.pool)
        .await
        .unwrap();
    let token = path.rsplit('/').next().unwrap();
    let page = submit(
        &t,
        "/api/accept-link",
        &[("token", token), ("password", NEW), ("again", NEW), ("return_to", &path)],
        "",
    )
    .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("quá 48 giờ") && page.body.contains("liên hệ quản trị viên"));
    // another is made from the list
    let hoa = account(&t, "hoa").await;
    let page = submit(
        &t,
        "/api/create-link",
        &[("account", &hoa), ("kind", "invitation"), ("current", PASSWORD), ("return_to", "/quan-tri/can-bo")],
        &boss,
    )
    .await;
    assert_eq!(t.get(&link(&page), "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn only_administrators_change_accounts_and_a_role_lost_in_the_middle_is_lost(pool: PgPool) {
    let t = tested(pool).await;
    let (boss, other) = (t.member("minh", Role::Administrator).await, t.member("hoa", Role::Administrator).await);
    let lan = t.staff("lan").await;
    let (id, lan_id) = (account(&t, "hoa").await, account(&t, "lan").await);
    let forms = [
        ("/api/invite", form(&[("display_name", "Anh X"), ("username", "xx"), ("role", "administrator")])),
        ("/api/create-link", form(&[("account", &lan_id), ("kind", "password")])),
        ("/api/change-role", form(&[("account", &lan_id), ("role", "administrator")])),
        ("/api/disable-account", form(&[("account", &id), ("disabled", "1")])),
        ("/api/end-sessions", form(&[("account", &id)])),
        ("/api/change-setting", form(&[("key", "accounts.second_factor_required"), ("value", "1")])),
        ("/api/add-terms", form(&[("terms", "từ xấu")])),
        ("/quan-tri/y-kien/xuat", String::new()),
    ];
    for (path, body) in &forms {
        assert_eq!(t.send(path, body, &lan).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(t.send(path, body, "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert!(!t.get("/quan-tri/can-bo", &lan).await.body.contains("Mời người mới"));
    // an administrator's open desk alone changes nothing
    for (path, body) in &forms[..6] {
        assert_eq!(t.send(path, body, &boss).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    // an administrator until a moment ago: what was typed comes back with words
    t.send("/api/change-role", &form(&[("account", &id), ("role", "moderator"), ("current", PASSWORD)]), &boss).await;
    let page = submit(
        &t,
        "/api/invite",
        &[("display_name", "Anh Xuân"), ("username", "xuan"), ("role", "editor"), ("return_to", "/quan-tri/can-bo")],
        &other,
    )
    .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("không có quyền làm việc này"), "{}", page.body);
    assert_eq!(t.send("/api/add-terms", &form(&[("terms", "từ xấu")]), &other).await.status, StatusCode::FORBIDDEN);
    let roles: Vec<String> =
        sqlx::query_scalar("select role::text from accounts order by id").fetch_all(&t.site.pool).await.unwrap();
    assert_eq!(roles, ["administrator", "moderator", "moderator"]);
    // the last one cannot leave
    let minh = account(&t, "minh").await;
    let page = submit(
        &t,
        "/api/disable-account",
        &[("account", &minh), ("disabled", "1"), ("current", PASSWORD), ("return_to", "/quan-tri/can-bo")],
        &boss,
    )
    .await;
    assert!(page.body.contains("ít nhất một quản trị viên"), "{}", page.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_new_password_ends_other_sessions_and_asks_for_the_old(pool: PgPool) {
    let t = tested(pool).await;
    let (phone, lan) = (t.staff("lan").await, sign_in(&t, "lan", PASSWORD).await.cookies());
    let change = |current: &'static str, new: &'static str| {
        [("current", current), ("password", new), ("again", new), ("return_to", "/quan-tri/tai-khoan")]
    };
    let page = submit(&t, "/api/change-password", &change("sai rồi", NEW), &lan).await;
    assert!(page.body.contains("Mật khẩu hiện tại chưa đúng"));
    let page = submit(&t, "/api/change-password", &change(PASSWORD, NEW), &lan).await;
    assert!(page.body.contains("Đã đổi mật khẩu"), "{}", page.body);
    for ended in [&phone, &lan] {
        assert_eq!(t.send("/api/keep-alive", "", ended).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sign_in(&t, "lan", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&t, "lan", NEW).await.status, StatusCode::OK);
}

async fn sign_in(t: &Tested, username: &str, password: &str) -> Answer {
    t.send("/api/sign-in", &form(&[("username", username), ("password", password)]), "").await
}

#[sqlx::test(migrations = "../app/migrations")]
async fn ones_own_sessions_are_seen_and_ended(pool: PgPool) {
    let t = tested(pool).await;
    let (phone, lan) = (t.staff("lan").await, sign_in(&t, "lan", PASSWORD).await.cookies());
    let page = t.get("/quan-tri/tai-khoan", &lan).await;
    assert!(page.body.contains("(phiên này)"));
    let number = page.body.split("name=\"session\" value=\"").nth(1).expect("another").split('"').next().unwrap();
    let page = submit(&t, "/api/end-session", &[("session", number), ("return_to", "/quan-tri/tai-khoan")], &lan).await;
    assert!(page.body.contains("Đã kết thúc phiên đăng nhập"));
    assert_eq!(t.send("/api/keep-alive", "", &phone).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::OK);
}

/// Turns the second factor on. Returns the page with the recovery codes, and the code that was used.
async fn turn_on(t: &Tested, username: &str, cookies: &str) -> (Answer, String) {
    let page =
        submit(t, "/api/begin-second-factor", &[("current", PASSWORD), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(page.body.contains("class=\"qr\"") && page.body.contains("otpauth://totp/"), "{}", page.body);
    let wrong =
        submit(t, "/api/confirm-second-factor", &[("code", "000000"), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(wrong.body.contains("Mã chưa đúng"), "{}", wrong.body);
    // the code of half a minute ago, so that the codes of now are still unused
    let code = code(t, username, -30).await;
    let page =
        submit(t, "/api/confirm-second-factor", &[("code", &code), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(page.body.contains("Mã dự phòng của bạn"), "{}", page.body);
    (page, code)
}

#[sqlx::test(migrations = "../app/migrations")]
async fn with_a_second_factor_a_password_alone_opens_nothing(pool: PgPool) {
    let t = tested(pool).await;
    let lan = t.staff("lan").await;
    let (page, first) = turn_on(&t, "lan", &lan).await;
    let recovery = page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(recovery.len(), 14);
    assert!(!t.get("/quan-tri/tai-khoan", &lan).await.body.contains(&recovery), "shown once");
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    let page = t.get("/quan-tri", &half).await;
    assert!(page.body.contains("Mã xác thực") && !page.is_desk(), "{}", page.body);
    for (path, body) in [("/api/decide", "comment_id=1&version=1&decision=approve"), ("/api/keep-alive", "")] {
        assert_eq!(t.send(path, body, &half).await.status, StatusCode::UNAUTHORIZED);
    }
    let give = async |typed: &str, cookies: &str| t.send("/api/sign-in-code", &form(&[("code", typed)]), cookies).await;
    assert_eq!(
        give(&first, &half).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code that turned it on is used"
    );
    assert_eq!(
        give(&code(&t, "lan", 90).await, &half).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a clock that is far off"
    );
    let now = code(&t, "lan", 0).await;
    let whole = give(&now, &half).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert!(t.get("/quan-tri", &whole.cookies()).await.is_desk());
    // a code works once, on any phone
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(give(&now, &half).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        give(&code(&t, "lan", 30).await, &half).await.status,
        StatusCode::OK,
        "half a minute off is near enough"
    );
    // so does a recovery code
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(give(&recovery.to_uppercase(), &half).await.status, StatusCode::OK);
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(give(&recovery, &half).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(give("123456", "").await.status, StatusCode::UNAUTHORIZED, "nobody gave a password");
    let failed = actions(&t).await.iter().filter(|action| *action == "sign-in-failed").count();
    assert_eq!(failed, 4);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn codes_cannot_be_guessed_in_a_row(pool: PgPool) {
    let t = tested(pool).await;
    let lan = t.staff("lan").await;
    turn_on(&t, "lan", &lan).await;
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    let mut last = StatusCode::OK;
    for _ in 0..10 {
        last = t.send("/api/sign-in-code", "code=000000", &half).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_lost_second_factor_is_taken_off_by_link_and_password(pool: PgPool) {
    let t = tested(pool).await;
    let (boss, lan) = (t.member("minh", Role::Administrator).await, t.staff("lan").await);
    turn_on(&t, "lan", &lan).await;
    let id = account(&t, "lan").await;
    let page = submit(
        &t,
        "/api/create-link",
        &[("account", &id), ("kind", "second-factor"), ("current", PASSWORD), ("return_to", "/quan-tri/can-bo")],
        &boss,
    )
    .await;
    let path = link(&page);
    let token = path.rsplit('/').next().unwrap();
    let take = |password: &'static str| [("token", token), ("password", password), ("return_to", path.as_str())];
    let page = submit(&t, "/api/accept-link", &take("sai rồi"), "").await;
    assert!(page.body.contains("Mật khẩu hiện tại chưa đúng"), "{}", page.body);
    let desk = submit(&t, "/api/accept-link", &take(PASSWORD), "").await;
    assert!(desk.is_desk(), "{}", desk.body);
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::UNAUTHORIZED, "older sessions ended");
    let whole = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert!(t.get("/quan-tri", &whole).await.is_desk());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn where_everybody_must_have_one_nobody_works_without(pool: PgPool) {
    let t = tested(pool).await;
    let (boss, lan) = (t.member("minh", Role::Administrator).await, t.staff("lan").await);
    let setting = [
        ("key", "accounts.second_factor_required"),
        ("value", "1"),
        ("current", PASSWORD),
        ("return_to", "/quan-tri/cai-dat"),
    ];
    submit(&t, "/api/change-setting", &setting, &boss).await;
    let page = t.get("/quan-tri/tai-khoan", &lan).await;
    assert!(page.body.contains("yêu cầu mọi người bật xác thực hai lớp"), "{}", page.body);
    assert!(!t.get("/quan-tri/y-kien", &lan).await.body.contains("Lọc thêm"));
    assert_eq!(
        t.send("/api/decide", "comment_id=1&version=1&decision=approve", &lan).await.status,
        StatusCode::FORBIDDEN
    );
    turn_on(&t, "lan", &lan).await;
    assert!(t.get("/quan-tri/y-kien", &lan).await.body.contains("Lọc thêm"));
    assert_eq!(actions(&t).await[4..], ["change-setting", "second-factor-on"]);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_administrator_edits_the_reasons_to_choose_from(pool: PgPool) {
    let t = tested(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    let set = async |typed: &str| {
        let form = form(&[("key", REJECTION_REASONS.key), ("value", typed)]);
        t.send("/api/change-setting", &form, &boss).await.status
    };
    assert_eq!(set("Quảng cáo\r\n\r\nKhông đúng <b>chỗ</b>\r\n").await, StatusCode::OK);
    assert_eq!(t.site.settings().list(&REJECTION_REASONS), ["Quảng cáo", "Không đúng <b>chỗ</b>"]);
    let page = t.get("/quan-tri/cai-dat", &boss).await.body;
    assert!(page.contains("Quảng cáo\nKhông đúng &lt;b>chỗ&lt;/b>"), "{page}");
    for bad in ["a | b", &"dài".repeat(200), &"Lý do có số\n".repeat(200)] {
        assert_eq!(set(bad).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(set("").await, StatusCode::OK, "a list may be empty");
    assert!(t.site.settings().list(&REJECTION_REASONS).is_empty());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_export_is_a_line_in_the_record_and_opens_as_a_table(pool: PgPool) {
    let t = tested(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    assert_eq!(
        t.send("/api/send-comment", &t.comment_form("=HYPERLINK(\"x\"), \"nháy\"\r\nhai dòng"), "").await.status,
        StatusCode::OK
    );
    let file = t.submit("/quan-tri/y-kien/xuat", "", &boss).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"y-kien-"));
    assert_eq!(file.header(header::CACHE_CONTROL), "private, no-store");
    assert!(file.body.starts_with("\u{feff}Số,Bài viết,"), "{}", file.body);
    // no table takes a reader's words for a formula
    assert!(
        file.body.contains("Trần Thị Bích,\"'=HYPERLINK(\"\"x\"\"), \"\"nháy\"\"\nhai dòng\",Chờ duyệt,"),
        "{}",
        file.body
    );
    assert_eq!(actions(&t).await.last().unwrap(), "export");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn codes_and_current_passwords_have_counters_of_their_own(pool: PgPool) {
    use app::web::limits::burst;
    let t = tested(pool).await;
    let lan = t.staff("lan").await;
    turn_on(&t, "lan", &lan).await;
    let half = t.try_to_sign_in("lan", PASSWORD, "").await;
    assert!(!half.cookies().contains("thiet-bi"), "a password alone makes no device known");
    let whole = t.send("/api/sign-in-code", &form(&[("code", &code(&t, "lan", 60).await)]), &half.cookies()).await;
    assert_eq!(whole.status, StatusCode::UNPROCESSABLE_ENTITY, "a minute early");
    let whole = t.send("/api/sign-in-code", &form(&[("code", &code(&t, "lan", 30).await)]), &half.cookies()).await;
    assert_eq!(whole.status, StatusCode::OK);
    let known = known_device(&whole);
    // somebody who knows the password guesses codes from everywhere
    t.use_up("code-account", burst(100, 20), &t.account("lan").await.to_be_bytes());
    let elsewhere = t.try_to_sign_in("lan", PASSWORD, "").await.cookies();
    let guess = form(&[("code", "000000")]);
    assert_eq!(t.send("/api/sign-in-code", &guess, &elsewhere).await.status, StatusCode::TOO_MANY_REQUESTS);
    let hers = t.try_to_sign_in("lan", PASSWORD, &known).await.cookies();
    let tried = t.send("/api/sign-in-code", &guess, &format!("{hers}; {known}")).await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY, "a wrong code, but she is heard");
    // and her open session proves its password as before
    let renew = form(&[("current", PASSWORD)]);
    assert_eq!(t.send("/api/renew-recovery-codes", &renew, &whole.cookies()).await.status, StatusCode::OK);
}
