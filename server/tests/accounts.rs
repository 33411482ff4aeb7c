//! Accounts: invitations, roles, passwords, sessions and the second factor.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::moderation::REJECTION_REASONS;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{PASSWORD, TestResponse, TestSite, known_device, start_site};
use sqlx::PgPool;

const NEW: &str = "mười hai con mèo đen";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Posts a plain form and opens the page that it leads to, with the cookies of the response.
async fn submit(t: &TestSite, path: &str, pairs: &[(&str, &str)], cookies: &str) -> TestResponse {
    let response = t.submit(path, &form(pairs), cookies).await;
    assert_eq!(response.status, StatusCode::SEE_OTHER, "{path} {}", response.body);
    let target = response.header(header::LOCATION).split('#').next().unwrap().to_owned();
    // a browser sends the old cookies, except those that the response replaced
    let new_cookies = response.cookies();
    let old_cookies = cookies.split("; ").filter(|old| {
        let name = old.split('=').next().unwrap();
        !new_cookies.split("; ").any(|new| new.starts_with(&format!("{name}=")))
    });
    let cookies =
        old_cookies.chain(new_cookies.split("; ")).filter(|cookie| !cookie.is_empty()).collect::<Vec<_>>().join("; ");
    t.get(&target, &cookies).await
}

/// Finds the path of the new link on a page.
fn link(page: &TestResponse) -> String {
    let start = page.body.find("http://site.test/tai-khoan/").expect("shows a link") + "http://site.test".len();
    page.body[start..].split('"').next().unwrap().to_owned()
}

async fn account(t: &TestSite, username: &str) -> String {
    t.account(username).await.to_string()
}

/// The code that an app shows `offset` seconds from now.
async fn code(t: &TestSite, username: &str, offset: i64) -> String {
    let id = t.account(username).await;
    let sealed: Vec<u8> = sqlx::query_scalar("select secret from second_factors where account_id = $1")
        .bind(id)
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(sealed.len(), 48, "the database does not contain the secret itself");
    let secret = app::features::accounts::second_factor::open_secret(&t.site.audit_key, id, sealed).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::new(secret.into_boxed_slice()))
        .with_account_name("x")
        .build()
        .unwrap();
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    totp.generate(u64::try_from(now + offset).unwrap()).to_string()
}

async fn actions(t: &TestSite) -> Vec<String> {
    sqlx::query_scalar("select action from audit order by number").fetch_all(&t.site.pool).await.unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_invitation_creates_one_account(pool: PgPool) {
    let t = start_site(pool).await;
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
    assert!(!t.get("/quan-tri/can-bo", &boss).await.body.contains(token), "the link is shown once");
    let is_stored: bool =
        sqlx::query_scalar("select exists (select from account_links l where position($1 in l::text) > 0)")
            .bind(token)
            .fetch_one(&t.site.pool)
            .await
            .unwrap();
    assert!(!is_stored, "only its hash is stored");
    let page = t.get(&path, "").await;
    assert_eq!((page.status, page.header(header::CACHE_CONTROL)), (StatusCode::OK, "private, no-store"));
    assert!(page.body.contains("Chào Chị Hoa.") && page.body.contains("content=\"noindex\""), "{}", page.body);
    // refused passwords do not use up the link
    for (password, again, message) in [
        ("bé xíu 1", "bé xíu 1", "từ 12 đến 200 ký tự"),
        ("phuonghiepninh", "phuonghiepninh", "dễ đoán"),
        (NEW, "mười hai con mèo xám", "Nhập lại đúng"),
    ] {
        let typed = [("token", token), ("password", password), ("again", again), ("return_to", &path)];
        let page = submit(&t, "/api/accept-link", &typed, "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(message) && !page.body.contains(password), "{message}: {}", page.body);
    }
    let typed = [("token", token), ("password", NEW), ("again", NEW), ("return_to", &path)];
    let desk = submit(&t, "/api/accept-link", &typed, "").await;
    assert!(desk.is_desk() && desk.body.contains("Chị Hoa"), "{}", desk.body);
    // a used link shows an explanation
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
async fn an_expired_invitation_explains_what_to_do(pool: PgPool) {
    let t = start_site(pool).await;
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
    // an administrator creates a new link
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
async fn only_administrators_change_accounts_and_losing_the_role_takes_effect_at_once(pool: PgPool) {
    let t = start_site(pool).await;
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
    // an administrator who has just lost the role gets an explanation
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
    // the last administrator cannot be disabled
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
async fn changing_the_password_needs_the_old_one_and_ends_other_sessions(pool: PgPool) {
    let t = start_site(pool).await;
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

async fn sign_in(t: &TestSite, username: &str, password: &str) -> TestResponse {
    t.send("/api/sign-in", &form(&[("username", username), ("password", password)]), "").await
}

#[sqlx::test(migrations = "../app/migrations")]
async fn staff_list_and_end_their_sessions(pool: PgPool) {
    let t = start_site(pool).await;
    let (phone, lan) = (t.staff("lan").await, sign_in(&t, "lan", PASSWORD).await.cookies());
    let page = t.get("/quan-tri/tai-khoan", &lan).await;
    assert!(page.body.contains("(phiên này)"));
    let number = page.body.split("name=\"session\" value=\"").nth(1).expect("another").split('"').next().unwrap();
    let page = submit(&t, "/api/end-session", &[("session", number), ("return_to", "/quan-tri/tai-khoan")], &lan).await;
    assert!(page.body.contains("Đã kết thúc phiên đăng nhập"));
    assert_eq!(t.send("/api/keep-alive", "", &phone).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::OK);
}

/// Enables the second factor. Returns the page with the recovery codes, and the code that was used.
async fn enable_second_factor(t: &TestSite, username: &str, cookies: &str) -> (TestResponse, String) {
    let page =
        submit(t, "/api/begin-second-factor", &[("current", PASSWORD), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(page.body.contains("class=\"qr\"") && page.body.contains("otpauth://totp/"), "{}", page.body);
    let wrong =
        submit(t, "/api/confirm-second-factor", &[("code", "000000"), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(wrong.body.contains("Mã chưa đúng"), "{}", wrong.body);
    // the previous code, so that the current one is still unused
    let code = code(t, username, -30).await;
    let page =
        submit(t, "/api/confirm-second-factor", &[("code", &code), ("return_to", "/quan-tri/tai-khoan")], cookies)
            .await;
    assert!(page.body.contains("Mã dự phòng của ông/bà"), "{}", page.body);
    (page, code)
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_second_factor_is_required_beside_the_password(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let (page, first) = enable_second_factor(&t, "lan", &lan).await;
    let recovery = page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(recovery.len(), 14);
    assert!(!t.get("/quan-tri/tai-khoan", &lan).await.body.contains(&recovery), "shown once");
    let code_pending = sign_in(&t, "lan", PASSWORD).await.cookies();
    let page = t.get("/quan-tri", &code_pending).await;
    assert!(page.body.contains("Mã xác thực") && !page.is_desk(), "{}", page.body);
    for (path, body) in [("/api/decide", "comment_id=1&version=1&decision=approve"), ("/api/keep-alive", "")] {
        assert_eq!(t.send(path, body, &code_pending).await.status, StatusCode::UNAUTHORIZED);
    }
    let enter_code =
        async |typed: &str, cookies: &str| t.send("/api/sign-in-code", &form(&[("code", typed)]), cookies).await;
    assert_eq!(
        enter_code(&first, &code_pending).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code that enabled it is used up"
    );
    assert_eq!(
        enter_code(&code(&t, "lan", 90).await, &code_pending).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code of a wrong clock"
    );
    let now = code(&t, "lan", 0).await;
    let signed_in = enter_code(&now, &code_pending).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    assert!(t.get("/quan-tri", &signed_in.cookies()).await.is_desk());
    // a code works only once
    let code_pending = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(enter_code(&now, &code_pending).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        enter_code(&code(&t, "lan", 30).await, &code_pending).await.status,
        StatusCode::OK,
        "the next code is accepted for a clock that is half a minute off"
    );
    // a recovery code works only once too
    let code_pending = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(enter_code(&recovery.to_uppercase(), &code_pending).await.status, StatusCode::OK);
    let code_pending = sign_in(&t, "lan", PASSWORD).await.cookies();
    assert_eq!(enter_code(&recovery, &code_pending).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(enter_code("123456", "").await.status, StatusCode::UNAUTHORIZED, "nobody gave a password");
    let failed = actions(&t).await.iter().filter(|action| *action == "sign-in-failed").count();
    assert_eq!(failed, 4);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn attempts_to_guess_a_code_are_limited(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    enable_second_factor(&t, "lan", &lan).await;
    let half = sign_in(&t, "lan", PASSWORD).await.cookies();
    let mut last = StatusCode::OK;
    for _ in 0..10 {
        last = t.send("/api/sign-in-code", "code=000000", &half).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_link_and_the_password_remove_a_lost_second_factor(pool: PgPool) {
    let t = start_site(pool).await;
    let (boss, lan) = (t.member("minh", Role::Administrator).await, t.staff("lan").await);
    enable_second_factor(&t, "lan", &lan).await;
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
async fn staff_without_a_required_second_factor_are_refused(pool: PgPool) {
    let t = start_site(pool).await;
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
    enable_second_factor(&t, "lan", &lan).await;
    assert!(t.get("/quan-tri/y-kien", &lan).await.body.contains("Lọc thêm"));
    assert_eq!(actions(&t).await[4..], ["change-setting", "second-factor-on"]);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_administrator_edits_the_rejection_reasons(pool: PgPool) {
    let t = start_site(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    let set = async |typed: &str| {
        let form = form(&[("key", REJECTION_REASONS.key), ("value", typed)]);
        t.send("/api/change-setting", &form, &boss).await.status
    };
    assert_eq!(set("Quảng cáo\r\n\r\nKhông đúng <b>chỗ</b>\r\n").await, StatusCode::OK);
    assert_eq!(t.site.settings().list(&REJECTION_REASONS), ["Quảng cáo", "Không đúng <b>chỗ</b>"]);
    let page = t.get("/quan-tri/cai-dat", &boss).await.body;
    assert!(page.contains("Quảng cáo\nKhông đúng &lt;b&gt;chỗ&lt;/b&gt;"), "{page}");
    for bad in ["a | b", &"dài".repeat(200), &"Lý do có số\n".repeat(200)] {
        assert_eq!(set(bad).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(set("").await, StatusCode::OK, "a list may be empty");
    assert!(t.site.settings().list(&REJECTION_REASONS).is_empty());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_export_is_audited_and_contains_no_formulas(pool: PgPool) {
    let t = start_site(pool).await;
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
    // spreadsheets must not run a comment as a formula
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
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    enable_second_factor(&t, "lan", &lan).await;
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
