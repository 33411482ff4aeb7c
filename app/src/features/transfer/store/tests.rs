use super::*;
use crate::features::articles::store::find_article;
use crate::features::transfer::records::Term;
use crate::features::transfer::{Kind, Record, Scope};
use crate::registry;
use crate::testing::actor;
use futures::TryStreamExt;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use std::collections::BTreeMap;

const AT: &str = "2023-07-12T01:30:00Z";

fn category(id: i64, slug: &str, parent: Option<i64>) -> Record {
    let line = json!({ "id": id, "slug": slug, "name": slug, "parent": parent, "position": id, "is_hidden": false,
                       "former_slugs": [format!("{slug}-cu")] });
    Kind::Category.parse(&line.to_string()).expect("is a category")
}

fn text_line(id: i64, state: &str) -> serde_json::Value {
    json!({
        "id": id, "kind": "article", "state": state, "published_at": AT, "ends_at": null, "created_at": AT,
        "modified_at": null, "withdrawal_message": "", "moved_to": null, "views": 183, "ratings": 26, "points": 122,
        "former_slugs": [], "corrections": [{ "at": AT, "message": "Sửa ngày họp." }],
        "comment_policy": { "mode": "held", "open_days": null }, "closure": null, "pending": null,
        "content": {
            "title": "Lịch cúp nước", "slug": "lich-cup-nuoc", "category": 7, "further_categories": [9],
            "tags": ["nước sạch"], "lead": "Ngày 25/7.", "picture": null, "caption": "",
            "body": "<p>Từ 8 giờ.</p><script>alert(1)</script>", "author": "An", "source": "", "description": "",
            "publish_at": null, "ends_at": null, "related": [id + 1], "closed_to_comments": false,
            "closed_to_ratings": true, "document": null
        }
    })
}

fn text(line: &serde_json::Value) -> Record {
    Kind::Text.parse(&line.to_string()).expect("is a text")
}

fn comment(id: i64, parent: Option<i64>, answers: Option<i64>) -> Record {
    let line = json!({
        "id": id, "article": 41, "parent": parent, "name": "Lê Thị Hoa", "email": null, "phone": null,
        "body": "Khi nào có nước lại ạ?", "covered": [{ "start": 0, "end": 3 }, { "start": 4, "end": 400 }],
        "is_waiting": false, "is_official": answers.is_some(), "answers": answers,
        "reasons": [{ "kind": "link", "at": { "start": 3, "end": 4000 } }, { "kind": "nonsense" }],
        "created_at": AT, "corrected_at": null, "published_at": AT, "decided_at": null, "kept_from": null,
        "consent": null, "consented_at": null,
        "is_about_own_data": false,
        "question": answers.is_none().then(|| json!({ "asked_at": AT, "is_wanted": true, "due_on": "2023-07-19",
            "answered_at": AT, "passed_to": null, "passed_note": null }))
    });
    Kind::Comment.parse(&line.to_string()).expect("is a comment")
}

async fn list(db: &mut PgConnection, kind: Kind, scope: Scope) -> Vec<Record> {
    read_records(db, kind, scope).try_collect().await.expect("reads")
}

async fn insert(db: &mut PgConnection, kind: Kind, records: &[Record]) {
    write_records(db, actor(), kind, records).await.expect("writes");
}

#[sqlx::test]
async fn what_was_written_is_read_again_and_counted(pool: PgPool) {
    let mut db = pool.begin().await.expect("begins");
    assert_eq!(is_empty(&mut db).await, Ok(true));
    // those that stand under another come behind it, whatever their numbers are
    let categories = [category(7, "thong-bao", None), category(9, "y-te", None), category(3, "khan", Some(9))];
    insert(&mut db, Kind::Category, &categories).await;
    assert_eq!(is_empty(&mut db).await, Ok(false));
    let related = text(&text_line(42, "published"));
    let draft = text(&text_line(43, "draft"));
    insert(&mut db, Kind::Text, &[text(&text_line(41, "published")), related, draft]).await;
    insert(&mut db, Kind::Comment, &[comment(5, None, None), comment(6, Some(5), Some(5))]).await;
    finish_records(&mut db).await.expect("finishes");
    db.commit().await.expect("commits");

    let article = find_article(&pool, 41, None).await.expect("reads").expect("is public");
    assert_eq!((article.views, article.score.totals.points, article.comments.shown), (183, 122, 2));
    assert!(!article.body.contains("script"), "{}", article.body);
    let mut db = pool.acquire().await.expect("connects");
    let again = list(&mut db, Kind::Category, Scope::Public).await;
    assert_eq!(again, categories);
    let texts = list(&mut db, Kind::Text, Scope::All).await;
    let Some(Record::Text(first)) = texts.first() else { panic!("is there") };
    assert_eq!(first.content.related, [42], "a text that came later is named");
    assert_eq!((first.content.further_categories.as_slice(), first.content.tags.len()), (&[9][..], 1));
    assert_eq!((texts.len(), list(&mut db, Kind::Text, Scope::Public).await.len()), (3, 2), "a draft is no public one");
    let comments = list(&mut db, Kind::Comment, Scope::Public).await;
    let Some(Record::Comment(asked)) = comments.first() else { panic!("is there") };
    assert!(asked.body.starts_with("•••") && asked.covered.is_empty(), "what is covered stays so: {}", asked.body);
    assert!(asked.question.as_ref().is_some_and(|question| question.answered_at.is_some()));
    assert!(asked.reasons.is_empty() && asked.consent.is_none());
    // what comes next has the next number
    let next: i64 = sqlx::query_scalar("select nextval(pg_get_serial_sequence('articles', 'id'))")
        .fetch_one(&pool)
        .await
        .expect("reads");
    assert_eq!(next, 44);
}

#[sqlx::test]
async fn what_cannot_be_is_refused(pool: PgPool) {
    let mut db = pool.begin().await.expect("begins");
    insert(&mut db, Kind::Category, &[category(7, "thong-bao", None), category(9, "y-te", None)]).await;
    finish_records(&mut db).await.expect("has nothing to do");
    finish_records(&mut db).await.expect("is repeated");
    db.commit().await.expect("commits");
    let mut lost = text_line(1, "published");
    lost["content"]["category"] = json!(99);
    for (kind, record, refusal) in [
        (Kind::Category, category(7, "khac", None), "a number is taken once"),
        (Kind::Category, category(8, "mo-coi", Some(99)), "it stands under nothing"),
        (Kind::Text, text(&lost), "its category is not there"),
        (Kind::Comment, comment(1, None, None), "no article has it"),
    ] {
        let mut db = pool.begin().await.expect("begins");
        assert!(write_records(&mut db, actor(), kind, &[record]).await.is_err(), "{refusal}");
    }
    let mut wrong = text_line(1, "published");
    wrong["content"]["surprise"] = json!(1);
    assert!(Kind::Text.parse(&wrong.to_string()).is_err(), "a field that nobody knows");
}

#[sqlx::test]
async fn a_site_is_written_and_read_again(pool: PgPool) {
    let mut db = pool.begin().await.expect("begins");
    let mut site = read_site(&mut db, Scope::All, BTreeMap::new()).await.expect("reads");
    site.settings = BTreeMap::from([
        ("site.name".to_owned(), "Phường Tân Định".to_owned()),
        ("limits.comments_per_visitor".to_owned(), "many".to_owned()),
        ("nothing".to_owned(), "1".to_owned()),
    ]);
    site.appearance.accent = "#00557f".to_owned();
    site.comment_policy.open_days = Some(30);
    site.visits = 1200;
    site.terms = vec![Term { term: "cờ bạc".to_owned(), kind: Some("gambling".to_owned()) }];
    let refused = write_site(&mut db, actor(), &registry::settings(), &site).await.expect("writes");
    assert!(refused.contains(&"nothing".to_owned()) && refused.len() <= 2, "{refused:?}");
    let again = read_site(&mut db, Scope::All, BTreeMap::new()).await.expect("reads");
    assert_eq!((again.appearance, again.comment_policy), (site.appearance.clone(), site.comment_policy.clone()));
    assert_eq!((again.visits, again.terms, again.closure), (1200, site.terms.clone(), None));
    let public = read_site(&mut db, Scope::Public, BTreeMap::new()).await.expect("reads");
    assert!(public.terms.is_empty() && public.settings.contains_key("site.name"), "{:?}", public.settings);
    db.commit().await.expect("commits");
    for wrong in ["red", ""] {
        site.appearance.accent = wrong.to_owned();
        let mut db = pool.begin().await.expect("begins");
        assert!(write_site(&mut db, actor(), &registry::settings(), &site).await.is_err(), "{wrong}");
    }
    site.front_page.pinned = Some(99);
    site.appearance.accent = "#00557f".to_owned();
    let mut db = pool.begin().await.expect("begins");
    assert!(write_site(&mut db, actor(), &registry::settings(), &site).await.is_err(), "no such article");
}
