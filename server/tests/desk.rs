//! What the desk shows of a comment and around it, and what becomes of forms about it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::routes;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{PASSWORD, TestSite, start_site};
use sqlx::PgPool;

const QUEUE: &str = "/quan-tri/y-kien";

async fn number(t: &TestSite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.site.pool).await.unwrap()
}

async fn run(t: &TestSite, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&t.site.pool).await.unwrap();
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Sends a comment and returns its number.
async fn send(t: &TestSite, body: &str, parent: Option<i64>) -> i64 {
    let parent = parent.map(|parent| format!("&parent_id={parent}")).unwrap_or_default();
    let sent = t.send(routes::SEND_COMMENT.path, &(t.comment_form(body) + &parent), "").await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    number(t, "select max(id) from comments").await
}

async fn approve(t: &TestSite, lan: &str, comment: i64) {
    let decision = form(&[("comment_id", &comment.to_string()), ("version", "1"), ("decision", "approve")]);
    assert_eq!(t.send(routes::DECIDE.path, &decision, lan).await.status, StatusCode::OK);
}

/// Sends a form of the desk as a browser without script does, and opens the page that it leads to.
async fn submit(t: &TestSite, path: &str, body: &str, cookies: &str) -> String {
    let answer = t.submit(path, body, cookies).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    t.get(answer.header(header::LOCATION).split('#').next().unwrap(), cookies).await.body
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_a_comment_answers_is_read_whole_and_answered_where_it_stands(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let question = send(&t, &format!("Khi nào có nước lại ạ? {}và hết.", "Nhà tôi ở hẻm 12. ".repeat(12)), None).await;
    approve(&t, &lan, question).await;
    let reply = send(&t, "Nhà tôi cũng chờ nước đây.", Some(question)).await;
    let at_reply = t.get(&format!("{QUEUE}?chon={reply}"), &lan).await.body;
    let details = at_reply.split("id=\"chi-tiet\"").nth(1).unwrap();
    assert!(details.contains("Nhà tôi ở hẻm 12. và hết."), "{details}");
    let answer = form(&[
        ("comment_id", &question.to_string()),
        ("version", "2"),
        ("return_to", &format!("{QUEUE}?chon={reply}")),
        ("body", "Từ 11 giờ hôm nay."),
    ]);
    let (comment, version) = (format!("name='comment_id' value='{question}'"), "name='version' value='2'");
    let in_place = details.split("class='more-action'").find(|form| form.contains(&comment)).expect("has its form");
    assert!(in_place.contains(version) && in_place.contains(routes::ANSWER_COMMENT.path), "{in_place}");
    let back = submit(&t, routes::ANSWER_COMMENT.path, &answer, &lan).await;
    assert!(back.contains("Từ 11 giờ hôm nay.") && back.contains("Nhà tôi cũng chờ nước đây."), "{back}");
    // a link to a comment that stands in another tab shows all of it, with what can be done about it
    let elsewhere = t.get(&format!("{QUEUE}?chon={question}"), &lan).await.body;
    let details = elsewhere.split("id=\"chi-tiet\"").nth(1).unwrap();
    assert!(details.contains("và hết.") && details.contains("value='remove'"), "{details}");
    // the body's own answer is not answered, and what is in the tab has its card alone
    assert!(!at_reply.contains("class=\"details-own\""));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn everything_that_a_writer_wrote_is_reached_page_by_page(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let first = send(&t, "Ý kiến đầu tiên của tôi.", None).await;
    run(
        &t,
        "insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, decided_at, note)
         select article_id, visitor, name, 'Ý kiến thứ ' || n || ' của tôi.', sha256(int8send(n)), consent_version,
                'rejected', now(), 'Quảng cáo'
         from comments, generate_series(1, 45) n",
    )
    .await;
    let (mut path, mut seen) = (format!("{QUEUE}?chon={first}"), Vec::new());
    loop {
        let page = t.get(&path, &lan).await.body.replace("&amp;", "&");
        let written = page.split("id=\"nguoi-viet\"").nth(1).unwrap();
        seen.extend((1..=45).filter(|n| written.contains(&format!("Ý kiến thứ {n} của tôi."))));
        assert!(written.contains("Lý do: Quảng cáo."), "{written}");
        let link = written.split("<a href=\"").find(|link| link.contains("Xem ý kiến cũ hơn"));
        match link.and_then(|link| link.split(['"', '#']).next()) {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 45, "each once: {seen:?}");
    // what is done there leads back there
    let page = t.get(&path, &lan).await.body.replace("&amp;", "&");
    let block = page.split("action=\"/api/block-writer\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let back = block.split("name=\"return_to\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(back.contains(path.split_once('?').unwrap().1.split('#').next().unwrap()), "{back} of {path}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_overdue_question_says_so_and_readers_read_the_word_of_the_office(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    t.set("questions.shown", "1").await;
    t.set("questions.body_word", "Xã").await;
    let question = send(&t, "Khi nào có nước lại ạ?", None).await;
    approve(&t, &lan, question).await;
    run(&t, "update questions set due_on = (now() at time zone 'Asia/Ho_Chi_Minh')::date - 4").await;
    let queue = t.get(&format!("{QUEUE}?muc=chua-tra-loi"), &lan).await.body;
    assert!(queue.contains("Quá hạn trả lời 4 ngày"), "{queue}");
    let article = t.get(&t.path(), "").await.body;
    assert!(article.contains("Xã đã trả lời 0/1 câu hỏi trong năm"), "{article}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_answer_and_a_choice_stand_ready_after_signing_in_again(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let one = send(&t, "Khi nào có nước lại ạ?", None).await;
    let other = send(&t, "Bao giờ thì sửa đường hẻm 12?", None).await;
    run(&t, "update sessions set expires_at = now() where account_id is not null").await;
    let answer = form(&[
        ("comment_id", &one.to_string()),
        ("version", "1"),
        ("return_to", QUEUE),
        ("body", "Câu trả lời viết dở"),
    ]);
    let many = form(&[
        ("chosen[]", &format!("{one}:1")),
        ("chosen[]", &format!("{other}:1")),
        ("filter", QUEUE),
        ("decision", "approve"),
        ("return_to", QUEUE),
    ]);
    for (path, body, shown, times) in [
        (routes::ANSWER_COMMENT.path, answer, "Câu trả lời viết dở", 1),
        (routes::DECIDE_MANY.path, many, "type=\"checkbox\" form=\"nhieu\" name=\"chosen[]\"", 2),
    ] {
        let page = submit(&t, path, &body, &lan).await;
        let interrupted = page.split("name=\"interrupted_form\" value=\"").nth(1).expect("asks to sign in");
        let interrupted = interrupted.split('"').next().unwrap();
        let sign_in = form(&[
            ("username", "lan"),
            ("password", PASSWORD),
            ("return_to", QUEUE),
            ("interrupted_form", interrupted),
        ]);
        let back = t.submit(routes::SIGN_IN.path, &sign_in, "").await;
        let page = t.get(back.header(header::LOCATION).split('#').next().unwrap(), &back.cookies()).await.body;
        let found = page.split("<input").filter(|field| field.contains(shown) && field.contains("checked"));
        let found = if times == 1 { usize::from(page.contains(shown)) } else { found.count() };
        assert_eq!(found, times, "{path}: {page}");
        assert_eq!(number(&t, "select count(*) from comments where state = 'pending'").await, 2, "nothing was done");
        run(&t, "update sessions set expires_at = now() where account_id is not null").await;
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_privacy_page_says_what_the_desk_keeps_and_for_how_long(pool: PgPool) {
    let t = start_site(pool).await;
    t.set("retention.inquiry_months", "7").await;
    let page = t.get(routes::PRIVACY.path, "").await.body;
    for phrase in [
        "7 tháng",
        "viết ghi chú nội bộ; ghi chú không được đăng, và ông/bà có quyền hỏi xem.",
        "ghi chú về người viết bị xóa cùng ý kiến cuối cùng của người đó",
        "Khi cán bộ chặn một người viết",
        "Yêu cầu được trả lời trong 2 ngày làm việc",
    ] {
        assert!(page.contains(phrase), "{phrase}: {page}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_rule_of_ten_thousand_characters_is_refused_with_a_sentence_and_kept_to_be_corrected(pool: PgPool) {
    let t = start_site(pool).await;
    let admin = t.member("quantri", Role::Administrator).await;
    let long = format!("{} xin hỏi", "bao giờ ".repeat(1250));
    let back = ("return_to", routes::DESK_SETTINGS.path);
    let rule = form(&[("key", "questions.signs"), ("value", &long), back]);
    let page = submit(&t, routes::CHANGE_SETTING.path, &rule, &admin).await;
    assert!(page.contains("xin hỏi") && page.contains("Giá trị này không dùng được"), "{page}");
    let stored = number(&t, "select count(*) from settings where key = 'questions.signs'").await;
    assert_eq!(stored, 0);
    // what the office had set goes on
    send(&t, "Khi nào có nước lại ạ?", None).await;
    assert_eq!(number(&t, "select count(*) from questions").await, 1);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_office_says_how_comments_are_taken_beside_what_that_means(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let room = t.get(routes::DESK_CLOSURES.path, &lan).await.body;
    for meaning in ["Mỗi ý kiến chờ một cán bộ duyệt", "người từng được duyệt"] {
        assert!(room.contains(meaning), "{meaning}: {room}");
    }
    let sent = t.send(routes::SEND_COMMENT.path, &t.comment_form("Ý kiến đầu tiên của tôi."), "").await;
    let writer = sent.cookies();
    let first = number(&t, "select max(id) from comments").await;
    approve(&t, &lan, first).await;
    let policy = form(&[
        ("scope", "site"),
        ("mode", "known_writers"),
        ("open_days", "30"),
        ("return_to", routes::DESK_CLOSURES.path),
    ]);
    let room = submit(&t, routes::SET_COMMENT_POLICY.path, &policy, &lan).await;
    assert!(room.contains("value=\"30\""), "{room}");
    t.send(routes::SEND_COMMENT.path, &t.comment_form("Ý kiến thứ hai của tôi."), &writer).await;
    send(&t, "Ý kiến của một người khác.", None).await;
    let published = "select count(*) from comments where state = 'published'";
    assert_eq!(number(&t, published).await, 2, "the known writer's, and nobody else's");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_reason_and_a_colleague_that_went_meanwhile_are_named_and_nothing_is_done(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let comment = send(&t, "Khi nào có nước lại ạ?", None).await;
    let (id, chosen) = (comment.to_string(), format!("{comment}:1"));
    let gone = "Lý do này vừa bị xóa khỏi danh sách";
    for (path, body, sentence) in [
        (
            routes::DECIDE.path,
            form(&[
                ("comment_id", &id),
                ("version", "1"),
                ("decision", "reject"),
                ("reason", "Không còn"),
                ("return_to", QUEUE),
            ]),
            gone,
        ),
        (
            routes::DECIDE_MANY.path,
            form(&[("chosen[]", &chosen), ("refusal", "reject"), ("reason", "Không còn"), ("return_to", QUEUE)]),
            gone,
        ),
        (
            routes::MARK_QUESTION.path,
            {
                t.staff("hoa").await;
                run(&t, "update accounts set disabled_at = now() where username = 'hoa'").await;
                let hoa = number(&t, "select id from accounts where username = 'hoa'").await;
                let tomorrow = sqlx::query_scalar::<_, String>("select (current_date + 1)::text");
                let tomorrow = tomorrow.fetch_one(&t.site.pool).await.unwrap();
                form(&[
                    ("comment_id", &id),
                    ("revision", "1"),
                    ("wanted", "1"),
                    ("due_on", &tomorrow),
                    ("assigned_to", &hoa.to_string()),
                    ("return_to", &format!("{QUEUE}?chon={id}")),
                ])
            },
            "Tài khoản được giao đã bị khóa",
        ),
    ] {
        let page = submit(&t, path, &body, &lan).await;
        assert!(page.contains(sentence), "{path}: {page}");
    }
    assert_eq!(number(&t, "select count(*) from comments where state = 'pending'").await, 1);
    assert_eq!(number(&t, "select count(*) from questions where assigned_to is not null").await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_answer_that_came_second_stands_open_on_its_card(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let question = send(&t, "Khi nào có nước lại ạ?", None).await;
    approve(&t, &lan, question).await;
    let answer = form(&[
        ("comment_id", &question.to_string()),
        ("version", "1"),
        ("return_to", QUEUE),
        ("body", "Từ 11 giờ hôm nay."),
    ]);
    let page = submit(&t, routes::ANSWER_COMMENT.path, &answer, &lan).await;
    assert!(page.contains(" không có tác dụng."), "{page}");
    let card = page.split("<li").find(|item| item.contains(&format!("id=\"y-kien-{question}\""))).unwrap();
    let card = card.split('>').next().unwrap();
    assert!(card.contains("queue-card left") && !card.contains("folded"), "{card}");
    assert!(page.contains(">Từ 11 giờ hôm nay.</textarea>"), "{page}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn who_blocks_a_writer_second_is_told_and_the_first_terms_stand(pool: PgPool) {
    let t = start_site(pool).await;
    let (lan, minh) = (t.staff("lan").await, t.staff("minh").await);
    let comment = send(&t, "Ý kiến của người hay quấy.", None).await.to_string();
    let block = |days: &str, sentence: &str| {
        form(&[("comment_id", &comment), ("blocked", "1"), ("days", days), ("sentence", sentence)])
    };
    let first = t.send(routes::BLOCK_WRITER.path, &block("30", "Xin giữ lời lẽ lịch sự."), &lan).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let second = t.send(routes::BLOCK_WRITER.path, &block("", ""), &minh).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    let page = submit(&t, routes::BLOCK_WRITER.path, &(block("", "") + "&return_to=%2Fquan-tri%2Fy-kien"), &minh).await;
    assert!(page.contains("đã chặn người viết này trước, lúc "), "{page}");
    assert!(page.contains("Lần bấm Chặn người viết không có tác dụng."), "{page}");
    assert_eq!(
        number(&t, "select count(*) from blocked_visitors where until is not null and note is not null").await,
        1
    );
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_second_page_of_inquiries_holds_what_the_first_does_not(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    send(&t, "Ý kiến đầu tiên của tôi.", None).await;
    run(
        &t,
        "with sent as (
             insert into comments (article_id, visitor, name, body, body_hash, consent_version)
             select 0, sha256(int8send(n)), 'Nguyễn Văn Đức', 'Lời nhắn thứ ' || n || '.', sha256(int8send(n)),
                    consent_version
             from comments, generate_series(1, 60) n returning id)
         insert into questions (comment_id, article_id, asked_at, can_be_answered, due_on)
         select id, 0, now(), true, current_date + (100 - id)::integer from sent",
    )
    .await;
    let seen = |page: &str| (1..=60).filter(|n| page.contains(&format!("Lời nhắn thứ {n}."))).collect::<Vec<_>>();
    let first = t.get(&format!("{QUEUE}?muc=lien-he"), &lan).await.body.replace("&amp;", "&");
    // an open page counts on for a tab in the order of its numbers alone
    assert!(!first.contains("data-counted"), "{first}");
    let link = first.split("rel=\"next\"").nth(1).and_then(|rest| rest.split("href=\"").nth(1)).unwrap();
    let second = t.get(link.split('"').next().unwrap(), &lan).await.body;
    let (mut all, rest) = (seen(&first), seen(&second));
    assert_eq!((all.len(), rest.len()), (50, 10));
    all.extend(rest);
    all.sort_unstable();
    assert_eq!(all, (1..=60).collect::<Vec<_>>());
}
