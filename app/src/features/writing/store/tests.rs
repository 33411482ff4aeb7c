use super::list::{Filter, count_in_review, count_stages, list_articles, list_authors};
use super::revisions::{
    delete_copy, find_copy, find_revision, list_other_writers, list_revisions, thin_revisions, upsert_copy,
};
use super::*;
use crate::base::clock::parse_field;
use crate::features::articles::store as articles;
use crate::features::articles::{ArticleKind, Gone, article_path};
use crate::features::taxonomy::store::ensure_category;
use crate::features::writing::{
    ArticleForm, BAD_END, BAD_TARGET, BAD_TIME, FUTURE_TIME, LONG_CORRECTION, NO_ALTERNATIVE, NO_AUTHOR, NO_CATEGORY,
    NO_LEAD, NO_MESSAGE, NO_TITLE, PAST_TIME, TRANSITIONS,
};
use crate::testing::{actor_of, insert_article, insert_staff_with_role, list_actions};
use crate::web::permissions::{Permission, Role};
use time::Duration;

async fn insert_category(pool: &PgPool, name: &str) -> i64 {
    let mut db = pool.acquire().await.expect("connects");
    ensure_category(&mut db, name).await.expect("creates")
}

/// An article with everything that it needs.
async fn complete(pool: &PgPool) -> Content {
    Content {
        title: "Lịch cúp nước khu phố 3".to_owned(),
        category: Some(insert_category(pool, "Thông báo").await),
        lead: "Ngày 25/7, từ 8 giờ đến 16 giờ.".to_owned(),
        body: "<p>Bà con trữ nước.</p>".to_owned(),
        author: "Chị Hoa".to_owned(),
        ..Content::default()
    }
}

fn typed(title: &str) -> ArticleForm {
    ArticleForm { title: title.to_owned(), ..ArticleForm::default() }
}

/// An editor who may publish.
async fn publisher(pool: &PgPool) -> Staff {
    let staff = insert_staff_with_role(pool, "mai", Role::Editor).await;
    sqlx::query!("update accounts set may_publish = true where id = $1", staff.id).execute(pool).await.expect("marks");
    Staff { may_publish: true, ..staff }
}

/// Takes a step with the newest text.
async fn step_with(
    pool: &PgPool,
    staff: &Staff,
    id: i64,
    change: ArticleChange<'_>,
) -> Result<Result<i32, LatestSave>, AppError> {
    let seen = find_work(pool, id).await.expect("reads").expect("is there").revision;
    change_article(pool, actor_of(staff), staff, id, &ArticleChange { seen, ..change }).await
}

async fn step(pool: &PgPool, staff: &Staff, id: i64, step: Step) -> Result<Result<i32, LatestSave>, AppError> {
    step_with(pool, staff, id, ArticleChange { step: Some(step), message: "Xem lại giờ", ..ArticleChange::default() })
        .await
}

async fn save(pool: &PgPool, staff: &Staff, id: i64, content: &Content) -> i32 {
    let change = ArticleChange { content: Some(content), is_typed: true, ..ArticleChange::default() };
    step_with(pool, staff, id, change).await.expect("saves").expect("nobody else saved")
}

async fn stage(pool: &PgPool, id: i64) -> Stage {
    find_work(pool, id).await.expect("reads").expect("is there").stage
}

/// Brings an article to a stage, whatever the rules of the steps are.
async fn set_stage(pool: &PgPool, id: i64, stage: Stage) {
    let (state, begins, ends) = match stage {
        Stage::Draft => ("draft", None, None),
        Stage::InReview => ("in_review", None, None),
        Stage::Scheduled => ("scheduled", Some(1.0), None),
        Stage::Published => ("published", Some(-2.0), None),
        Stage::Ended => ("published", Some(-2.0), Some(-1.0)),
        Stage::Withdrawn => ("withdrawn", Some(-2.0), None),
    };
    sqlx::query(
        "update articles set state = $2::article_state, published_at = now() + $3 * interval '1 hour',
            ends_at = now() + $4 * interval '1 hour', withdrawal_message = 'Đã gỡ',
            published_revision = case when $3 is not null then revision end, is_update_sent = $3 is not null
         where id = $1",
    )
    .bind(id)
    .bind(state)
    .bind(begins)
    .bind(ends)
    .execute(pool)
    .await
    .expect("moves");
}

#[sqlx::test]
async fn every_step_from_every_stage_by_everybody_is_as_the_table_says(pool: PgPool) {
    let moderator = insert_staff_with_role(&pool, "lan", Role::Moderator).await;
    let editor = insert_staff_with_role(&pool, "hoa", Role::Editor).await;
    let administrator = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
    let publisher = publisher(&pool).await;
    let soon = OffsetDateTime::now_utc() + Duration::days(1);
    let content = complete(&pool).await;
    for staff in [&moderator, &editor, &publisher, &administrator] {
        for (from, taken) in Stage::ALL.into_iter().flat_map(|from| Step::ALL.map(|step| (from, step))) {
            let content = Content { publish_at: (taken == Step::Schedule).then_some(soon), ..content.clone() };
            let id = create_article(&pool, actor_of(&editor), ArticleKind::Article, &content).await.expect("creates");
            set_stage(&pool, id, from).await;
            if taken == Step::BringBack && from == Stage::Draft {
                step(&pool, &editor, id, Step::Discard).await.expect("throws away").expect("nobody else saved");
            }
            let line = TRANSITIONS.iter().find(|line| line.step == taken && line.from.contains(&from));
            let done = step(&pool, staff, id, taken).await;
            match line {
                None => assert_eq!(done, Err(AppError::invalid(NOT_NOW)), "{taken:?} from {from:?}"),
                Some(line) if !staff.may(line.permission) => {
                    assert_eq!(done, Err(AppError::Forbidden(ROLE_FORBIDS)), "{taken:?} from {from:?}");
                }
                Some(line) => {
                    assert_eq!(done, Ok(Ok(1)), "{taken:?} from {from:?} by {}", staff.username);
                    assert_eq!(stage(&pool, id).await, line.to.unwrap_or(from), "{taken:?} from {from:?}");
                    assert_eq!(list_actions(&pool).await.last().map(String::as_str), Some(taken.action().name));
                }
            }
            if line.is_none_or(|line| !staff.may(line.permission)) {
                assert_eq!(stage(&pool, id).await, from, "nothing is changed");
            }
        }
    }
    assert!(publisher.may(Permission::PublishArticles) && !editor.may(Permission::PublishArticles));
}

#[sqlx::test]
async fn only_a_complete_article_is_sent_and_published(pool: PgPool) {
    let staff = publisher(&pool).await;
    let id = create_article(&pool, actor_of(&staff), ArticleKind::Article, &Content::default()).await.expect("creates");
    let missing = AppError::Invalid(vec![NO_TITLE, NO_LEAD, NO_CATEGORY, NO_AUTHOR]);
    for taken in [Step::Send, Step::Publish] {
        assert_eq!(step(&pool, &staff, id, taken).await, Err(missing.clone()));
    }
    let picture = sqlx::query_scalar!("insert into pictures (alt) values ('') returning id").fetch_one(&pool).await;
    let content = Content { picture: Some(picture.expect("inserts")), ..complete(&pool).await };
    save(&pool, &staff, id, &content).await;
    assert_eq!(step(&pool, &staff, id, Step::Publish).await, Err(AppError::invalid(NO_ALTERNATIVE)));
    sqlx::query!("update pictures set alt = 'Vòi nước'").execute(&pool).await.expect("describes");
    step(&pool, &staff, id, Step::Publish).await.expect("publishes").expect("nobody else saved");
    let public = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    assert_eq!((public.card.title, public.card.slug.as_str()), (content.title, "lich-cup-nuoc-khu-pho-3"));
}

#[sqlx::test]
async fn a_text_is_saved_once_and_never_over_another(pool: PgPool) {
    let (hoa, mai) = (insert_staff_with_role(&pool, "hoa", Role::Editor).await, publisher(&pool).await);
    let content = complete(&pool).await;
    let id = create_article(&pool, actor_of(&hoa), ArticleKind::Article, &Content::default()).await.expect("creates");
    assert_eq!(save(&pool, &hoa, id, &content).await, 2);
    assert_eq!(save(&pool, &hoa, id, &content).await, 2, "the same text is no new revision");
    let other = Content { lead: "Hoãn.".to_owned(), ..content.clone() };
    let late = ArticleChange { seen: 1, content: Some(&other), ..ArticleChange::default() };
    let refused = change_article(&pool, actor_of(&mai), &mai, id, &late).await.expect("answers");
    let latest = refused.expect_err("somebody saved meanwhile");
    assert_eq!((latest.revision, latest.by.as_deref()), (2, Some("Chị hoa")));
    assert_eq!(find_work(&pool, id).await.expect("reads").expect("is there").content, content);
    let long =
        Content { title: "a".repeat(301), publish_at: parse_field("1900-01-01T00:00").expect("reads"), ..content };
    let change = ArticleChange { content: Some(&long), ..ArticleChange::default() };
    let refused = step_with(&pool, &hoa, id, change).await;
    assert_eq!(refused, Err(AppError::Invalid(vec![crate::features::writing::LONG_TITLE, BAD_TIME])));
    assert_eq!(change_article(&pool, actor_of(&hoa), &hoa, id + 1, &late).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn two_saves_at_the_same_moment_are_one_and_a_question(pool: PgPool) {
    let (hoa, mai) = (insert_staff_with_role(&pool, "hoa", Role::Editor).await, publisher(&pool).await);
    let id =
        create_article(&pool, actor_of(&hoa), ArticleKind::Article, &complete(&pool).await).await.expect("creates");
    let texts = ["một", "hai"].map(|lead| Content { lead: lead.to_owned(), ..Content::default() });
    let changes =
        texts.each_ref().map(|content| ArticleChange { seen: 1, content: Some(content), ..Default::default() });
    let (one, two) = tokio::join!(
        change_article(&pool, actor_of(&hoa), &hoa, id, &changes[0]),
        change_article(&pool, actor_of(&mai), &mai, id, &changes[1])
    );
    let saved = [one.expect("answers"), two.expect("answers")];
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1, "{saved:?}");
}

#[sqlx::test]
async fn a_published_article_is_edited_beside_what_the_public_sees(pool: PgPool) {
    let (hoa, mai) = (insert_staff_with_role(&pool, "hoa", Role::Editor).await, publisher(&pool).await);
    let content = complete(&pool).await;
    let id = create_article(&pool, actor_of(&hoa), ArticleKind::Article, &content).await.expect("creates");
    step(&pool, &mai, id, Step::Publish).await.expect("publishes").expect("nobody else saved");
    let first = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    assert_eq!((first.modified_at, first.corrections.len()), (first.card.published_at, 0));
    let better = Content { title: "Hoãn cúp nước".to_owned(), ..content.clone() };
    save(&pool, &hoa, id, &better).await;
    let work = find_work(&pool, id).await.expect("reads").expect("is there");
    assert!(work.has_unpublished_text() && work.content.title == better.title);
    step(&pool, &hoa, id, Step::Send).await.expect("sends").expect("nobody else saved");
    assert_eq!(count_in_review(&pool, ArticleKind::Article).await, Ok(1));
    let public = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    assert_eq!(public.card.title, content.title, "the public sees the old one until then");
    let change = ArticleChange { step: Some(Step::Publish), message: "sửa thời gian", ..ArticleChange::default() };
    step_with(&pool, &mai, id, change.clone()).await.expect("publishes").expect("nobody else saved");
    let public = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    assert_eq!((public.card.title.as_str(), public.card.slug.as_str()), ("Hoãn cúp nước", "hoan-cup-nuoc"));
    assert_eq!(public.card.published_at, first.card.published_at, "it was published when it was");
    assert!(public.modified_at > public.card.published_at);
    assert_eq!(public.corrections.iter().map(|(_, message)| message.as_str()).collect::<Vec<_>>(), ["sửa thời gian"]);
    assert_eq!(count_in_review(&pool, ArticleKind::Article).await, Ok(0));
    // the same form, sent twice: one correction
    let repeat = ArticleChange { seen: 1, content: Some(&better), ..change.clone() };
    let repeated = change_article(&pool, actor_of(&hoa), &mai, id, &repeat).await;
    assert_eq!(repeated, Ok(Ok(2)));
    let public = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    assert_eq!(public.corrections.len(), 1);
    let long = "a".repeat(301);
    let refused = step_with(&pool, &mai, id, ArticleChange { message: &long, ..change }).await;
    assert_eq!(refused, Err(AppError::invalid(LONG_CORRECTION)));
}

#[sqlx::test]
async fn a_time_decides_what_is_public(pool: PgPool) {
    let staff = publisher(&pool).await;
    let now = OffsetDateTime::now_utc();
    let begins = Content { publish_at: Some(now + Duration::hours(1)), ..complete(&pool).await };
    let id = create_article(&pool, actor_of(&staff), ArticleKind::Article, &begins).await.expect("creates");
    step(&pool, &staff, id, Step::Schedule).await.expect("schedules").expect("nobody else saved");
    assert_eq!((stage(&pool, id).await, articles::find_public_path(&pool, id).await), (Stage::Scheduled, Ok(None)));
    let seconds = find_seconds_to_next_change(&pool).await.expect("reads").expect("it is scheduled");
    assert!((3590.0..=3600.0).contains(&seconds), "{seconds}");
    assert_eq!(articles::find_gone(&pool, id).await, Ok(None), "nobody has seen it");
    assert_eq!(step(&pool, &staff, id, Step::Publish).await, Err(AppError::invalid(FUTURE_TIME)), "now or then?");
    step(&pool, &staff, id, Step::Unschedule).await.expect("cancels").expect("nobody else saved");
    assert_eq!((stage(&pool, id).await, find_seconds_to_next_change(&pool).await), (Stage::Draft, Ok(None)));
    let past = Content { publish_at: Some(now - Duration::hours(1)), ..begins.clone() };
    save(&pool, &staff, id, &past).await;
    assert_eq!(step(&pool, &staff, id, Step::Schedule).await, Err(AppError::invalid(PAST_TIME)));
    let over = Content { publish_at: None, ends_at: Some(now - Duration::minutes(1)), ..begins };
    save(&pool, &staff, id, &over).await;
    assert_eq!(step(&pool, &staff, id, Step::Publish).await, Err(AppError::invalid(BAD_END)));
    let ending = Content { ends_at: Some(now + Duration::hours(2)), ..past };
    save(&pool, &staff, id, &ending).await;
    step(&pool, &staff, id, Step::Publish).await.expect("publishes").expect("nobody else saved");
    let public = articles::find_article(&pool, id, None).await.expect("reads").expect("is public");
    let distance = public.card.published_at - (now - Duration::hours(1));
    assert!(distance.abs() < Duration::seconds(1), "published at the time that was typed");
    assert!(find_seconds_to_next_change(&pool).await.expect("reads").is_some_and(|seconds| seconds > 3600.0));
    step(&pool, &staff, id, Step::End).await.expect("ends").expect("nobody else saved");
    assert_eq!(stage(&pool, id).await, Stage::Ended);
    assert_eq!(articles::find_gone(&pool, id).await, Ok(Some(Gone::Ended)));
}

#[sqlx::test]
async fn what_is_withdrawn_says_why_or_leads_elsewhere_without_a_chain(pool: PgPool) {
    let staff = publisher(&pool).await;
    let (one, two, three) =
        (insert_article(&pool, "a").await, insert_article(&pool, "b").await, insert_article(&pool, "c").await);
    let withdraw = |id: i64, message: &'static str, moved_to: Option<i64>| {
        let (pool, staff) = (pool.clone(), staff.clone());
        async move {
            let change = ArticleChange { step: Some(Step::Withdraw), message, moved_to, ..ArticleChange::default() };
            step_with(&pool, &staff, id, change).await
        }
    };
    assert_eq!(withdraw(one, "", None).await, Err(AppError::invalid(NO_MESSAGE)));
    for target in [one, 999] {
        assert_eq!(withdraw(one, "", Some(target)).await, Err(AppError::invalid(BAD_TARGET)));
    }
    withdraw(one, "", Some(two)).await.expect("withdraws").expect("nobody else saved");
    assert_eq!(articles::find_gone(&pool, one).await, Ok(Some(Gone::Moved(article_path("b", two)))));
    withdraw(two, "", Some(three)).await.expect("withdraws").expect("nobody else saved");
    for id in [one, two] {
        assert_eq!(articles::find_gone(&pool, id).await, Ok(Some(Gone::Moved(article_path("c", three)))), "no chain");
    }
    withdraw(three, "Bài viết có sai sót.", None).await.expect("withdraws").expect("nobody else saved");
    assert_eq!(articles::find_gone(&pool, three).await, Ok(Some(Gone::Withdrawn("Bài viết có sai sót.".to_owned()))));
    assert!(articles::lists::list_newest_ids(&pool).await.expect("lists").is_empty());
    step(&pool, &staff, three, Step::Publish).await.expect("publishes").expect("nobody else saved");
    assert_eq!(articles::find_gone(&pool, three).await, Ok(None), "it is there again");
}

#[sqlx::test]
async fn the_list_is_searched_without_diacritics_and_filtered(pool: PgPool) {
    let (hoa, mai) = (insert_staff_with_role(&pool, "hoa", Role::Editor).await, publisher(&pool).await);
    let content = complete(&pool).await;
    let water = create_article(&pool, actor_of(&hoa), ArticleKind::Article, &content).await.expect("creates");
    let road = Content { title: "Đường 100% mới_".to_owned(), category: None, ..content.clone() };
    let road = create_article(&pool, actor_of(&mai), ArticleKind::Article, &road).await.expect("creates");
    let find = |filter: Filter| {
        let pool = pool.clone();
        async move {
            let (found, _) = list_articles(&pool, &filter, 1).await.expect("lists");
            found.into_iter().map(|article| article.id).collect::<Vec<_>>()
        }
    };
    let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
    assert_eq!(find(Filter::default()).await, [road, water], "the one that was changed last first");
    for (typed, found) in [
        ("cup nuoc", vec![water]),
        ("CÚP NƯỚC", vec![water]),
        ("duong", vec![road]),
        ("0%", vec![road]),
        ("%%", vec![]),
    ] {
        assert_eq!(find(text(typed)).await, found, "{typed}");
    }
    assert_eq!(find(Filter { category: content.category, ..Filter::default() }).await, [water]);
    assert_eq!(find(Filter { author: Some(mai.id), ..Filter::default() }).await, [road]);
    assert_eq!(find(Filter { stage: Some(Stage::Published), ..Filter::default() }).await, Vec::<i64>::new());
    let now = OffsetDateTime::now_utc();
    let month = |from: Duration, to: Duration| Filter { period: Some((now + from, now + to)), ..Filter::default() };
    assert_eq!(find(month(-Duration::hours(1), Duration::hours(1))).await.len(), 2);
    assert!(find(month(Duration::hours(1), Duration::hours(2))).await.is_empty());
    step(&pool, &hoa, water, Step::Discard).await.expect("throws away").expect("nobody else saved");
    assert_eq!(find(Filter { discarded: true, ..Filter::default() }).await, [water]);
    let counts = count_stages(&pool, ArticleKind::Article).await.expect("counts");
    assert_eq!((counts.of(Stage::Draft), counts.of(Stage::Published), counts.discarded), (1, 0, 1));
    assert_eq!(list_authors(&pool).await.expect("lists").len(), 2);
}

#[sqlx::test]
async fn drafts_that_were_thrown_away_or_never_begun_go_in_the_end(pool: PgPool) {
    let hoa = insert_staff_with_role(&pool, "hoa", Role::Editor).await;
    let thrown =
        create_article(&pool, actor_of(&hoa), ArticleKind::Article, &complete(&pool).await).await.expect("creates");
    let kept =
        create_article(&pool, actor_of(&hoa), ArticleKind::Article, &complete(&pool).await).await.expect("creates");
    let empty =
        create_article(&pool, actor_of(&hoa), ArticleKind::Article, &Content::default()).await.expect("creates");
    let begun =
        create_article(&pool, actor_of(&hoa), ArticleKind::Article, &Content::default()).await.expect("creates");
    upsert_copy(&pool, begun, hoa.id, 1, &typed("Đang viết")).await.expect("keeps");
    step(&pool, &hoa, thrown, Step::Discard).await.expect("throws away").expect("nobody else saved");
    let now = OffsetDateTime::now_utc();
    assert_eq!(delete_old_drafts(&pool, now - Duration::days(1), now - Duration::days(1)).await, Ok(0));
    let later = now + Duration::minutes(1);
    assert_eq!(delete_old_drafts(&pool, later, later).await, Ok(2));
    assert_eq!(delete_old_drafts(&pool, later, later).await, Ok(0));
    for (id, is_there) in [(thrown, false), (empty, false), (kept, true), (begun, true)] {
        assert_eq!(find_work(&pool, id).await.expect("reads").is_some(), is_there, "{id}");
    }
}

#[sqlx::test]
async fn old_revisions_are_thinned_and_published_ones_stay(pool: PgPool) {
    let staff = publisher(&pool).await;
    let content = complete(&pool).await;
    let id = create_article(&pool, actor_of(&staff), ArticleKind::Article, &content).await.expect("creates");
    step(&pool, &staff, id, Step::Publish).await.expect("publishes").expect("nobody else saved");
    for n in 2..=9 {
        save(&pool, &staff, id, &Content { lead: format!("Lần {n}."), ..content.clone() }).await;
    }
    // all at once, so that they fall into the same five minutes
    let at = parse_field("2024-09-16T09:00").expect("reads").expect("is a time");
    sqlx::query("update article_revisions set created_at = $1").bind(at).execute(&pool).await.expect("moves");
    assert_eq!(thin_revisions(&pool, at + Duration::hours(1)).await, Ok(7));
    let left: Vec<i32> =
        list_revisions(&pool, id, 50).await.expect("lists").iter().map(|listed| listed.revision).collect();
    assert_eq!(left, [9, 1]);
    for n in 10..=16 {
        save(&pool, &staff, id, &Content { lead: format!("Lần {n}."), ..content.clone() }).await;
    }
    let now = parse_field("2026-11-26T12:00").expect("reads").expect("is a time");
    // two on one day last year, one a year and a day ago, two within five minutes today, two apart, and the newest
    for (revision, at) in [
        (9, "2025-11-20T09:00"),
        (10, "2026-03-01T09:00"),
        (11, "2026-03-01T22:00"),
        (12, "2026-03-02T01:00"),
        (13, "2026-11-26T09:01"),
        (14, "2026-11-26T09:04"),
        (15, "2026-11-26T09:06"),
        (16, "2020-01-01T00:00"),
    ] {
        sqlx::query!(
            "update article_revisions set created_at = $2 where revision = $1",
            revision,
            parse_field(at).expect("reads").expect("is a time")
        )
        .execute(&pool)
        .await
        .expect("moves");
    }
    assert_eq!(thin_revisions(&pool, now).await, Ok(3));
    assert_eq!(thin_revisions(&pool, now).await, Ok(0), "once is enough");
    let left: Vec<i32> =
        list_revisions(&pool, id, 50).await.expect("lists").iter().map(|listed| listed.revision).collect();
    assert_eq!(left, [16, 15, 14, 12, 11, 1], "published and newest ones stay");
    assert_eq!(find_revision(&pool, id, 1).await.expect("reads"), Some(content));
    assert_eq!(find_revision(&pool, id, 10).await, Ok(None));
}

#[sqlx::test]
async fn what_is_being_written_belongs_to_one_person(pool: PgPool) {
    let (hoa, mai) = (insert_staff_with_role(&pool, "hoa", Role::Editor).await, publisher(&pool).await);
    let content = complete(&pool).await;
    let id = create_article(&pool, actor_of(&hoa), ArticleKind::Article, &Content::default()).await.expect("creates");
    upsert_copy(&pool, id, hoa.id, 1, &ArticleForm::default()).await.expect("keeps");
    upsert_copy(&pool, id, hoa.id, 1, &typed("Lịch cúp")).await.expect("keeps");
    let copy = find_copy(&pool, id, hoa.id).await.expect("reads").expect("is there");
    assert_eq!((copy.revision, copy.form), (1, typed("Lịch cúp")));
    assert_eq!(find_copy(&pool, id, mai.id).await, Ok(None));
    let since = OffsetDateTime::now_utc() - Duration::minutes(5);
    let others = list_other_writers(&pool, id, mai.id, since).await.expect("lists");
    assert_eq!(others.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Chị hoa"]);
    assert!(list_other_writers(&pool, id, hoa.id, since).await.expect("lists").is_empty());
    save(&pool, &hoa, id, &content).await;
    assert_eq!(find_copy(&pool, id, hoa.id).await, Ok(None), "what was saved is nobody's copy");
    assert_eq!(upsert_copy(&pool, id, hoa.id, 1, &typed("Cũ")).await, Ok(None), "she saved a later text herself");
    assert_eq!(find_copy(&pool, id, hoa.id).await, Ok(None));
    // of somebody else's later text she may not know yet
    upsert_copy(&pool, id, mai.id, 1, &typed("Khác")).await.expect("answers").expect("is kept");
    delete_copy(&pool, id, hoa.id).await.expect("has none");
    assert!(find_copy(&pool, id, mai.id).await.expect("reads").is_some(), "that of somebody else stays");
    delete_copy(&pool, id, mai.id).await.expect("deletes");
    delete_copy(&pool, id, mai.id).await.expect("is gone already");
    assert_eq!(find_copy(&pool, id, mai.id).await, Ok(None));
    step(&pool, &hoa, id, Step::Discard).await.expect("throws away").expect("nobody else saved");
    assert_eq!(upsert_copy(&pool, id, mai.id, 2, &typed("Khác")).await, Err(AppError::NotFound));
}
