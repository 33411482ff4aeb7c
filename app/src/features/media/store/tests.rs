//! Tests of the tables of pictures and files.

use super::library::{
    Filter, delete_file, delete_picture, find_listed, find_original, insert_file, list_files, list_pictures,
    sum_account_bytes, update_alt,
};
use super::serving::{
    Audience, delete_moved_bytes, find_download, find_picture_audience, find_unmoved, list_orphans, load_unmoved,
};
use super::uses::{insert_uses, is_shown, list_undescribed, list_uses};
use super::*;
use crate::base::error::constraint;
use crate::features::media::IN_USE;
use crate::features::media::Size;
use crate::features::media::storage::Folder;
use crate::testing::{actor, insert_article, insert_staff, list_actions};

fn processed(name: &str) -> Processed {
    let file = |width: u32, format, is_crop| File {
        width,
        height: width / 2,
        format,
        is_crop,
        bytes: format!("{name}{width}{format}{is_crop}").into_bytes(),
    };
    let files =
        vec![file(480, "webp", false), file(960, "webp", false), file(960, "jpg", false), file(240, "webp", true)];
    Processed { width: 1200, height: 600, tone: 4, original: format!("{name} original").into_bytes(), files }
}

fn new_picture<'a>(alt: &'a str, processed: &'a Processed) -> NewPicture<'a> {
    NewPicture { alt, name: "hop.jpg", focus: Focus::default(), processed, account: None }
}

async fn insert(pool: &PgPool, name: &str, alt: &str) -> i64 {
    let mut db = pool.acquire().await.expect("connects");
    insert_picture(&mut db, &new_picture(alt, &processed(name))).await.expect("stores")
}

async fn find(pool: &PgPool, id: i64) -> Picture {
    find_pictures(pool, &[id]).await.expect("reads").remove(0).1
}

#[sqlx::test]
async fn a_picture_is_found_with_its_sizes_its_crops_and_one_jpeg(pool: PgPool) {
    let id = insert(&pool, "a", "Một cuộc họp").await;
    let picture = find(&pool, id).await;
    let widths = |sizes: &[Size]| sizes.iter().map(|size| size.width).collect::<Vec<_>>();
    assert_eq!((picture.alt.as_str(), picture.tone), ("Một cuộc họp", 4));
    assert_eq!((widths(&picture.sizes), widths(&picture.crops)), (vec![480, 960], vec![240]));
    assert_eq!(picture.jpg.as_ref().map(|size| size.width), Some(960));
    assert_eq!(picture.sizes[0].hash, content_hash(b"a480webpfalse"));
    assert!(find_pictures(&pool, &[id + 1]).await.expect("reads").is_empty());
    let mut db = pool.acquire().await.expect("connects");
    let mut twice = processed("b");
    twice.files.extend(processed("b").files);
    let error = insert_picture(&mut db, &new_picture("", &twice)).await.expect_err("is refused");
    assert_eq!(constraint(&error), Some("picture_files_pkey"));
    let long = "a".repeat(301);
    let error = insert_picture(&mut db, &new_picture(&long, &processed("b"))).await.expect_err("is refused");
    assert_eq!(constraint(&error), Some("picture_alt"));
}

#[sqlx::test]
async fn the_newest_are_listed_behind_those_that_are_wanted(pool: PgPool) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(insert(&pool, name, "").await);
    }
    let list = async |wanted: &[i64]| {
        let found = list_newest_pictures(&pool, wanted, 2).await.expect("lists");
        found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(list(&[]).await, [ids[3], ids[2]]);
    assert_eq!(list(&[ids[0], 999]).await, [ids[0], ids[3], ids[2]]);
}

#[sqlx::test]
async fn other_files_take_the_place_of_a_pictures(pool: PgPool) {
    let id = insert(&pool, "a", "Họp").await;
    let mut db = pool.acquire().await.expect("connects");
    let third = processed("c");
    let first = new_picture("", &third);
    assert_eq!(replace_files(&mut db, id, &first).await, Ok(true));
    assert_eq!(find(&pool, id).await.alt, "Họp", "the description stays");
    for _ in 0..2 {
        let (other, focus) = (processed("b"), Focus { x: 15, y: 85 });
        let new = NewPicture { name: "moi.jpg", focus, ..new_picture("Họp", &other) };
        assert_eq!(replace_files(&mut db, id, &new).await, Ok(true));
        assert_eq!(find(&pool, id).await.sizes[0].hash, content_hash(b"b480webpfalse"));
        let listed = find_listed(&pool, id).await.expect("reads").expect("is there");
        assert_eq!((listed.name.as_str(), listed.focus()), ("moi.jpg", focus));
    }
    assert_eq!(replace_files(&mut db, id + 1, &new_picture("", &processed("b"))).await, Ok(false));
    assert_eq!(find_picture_audience(&pool, &content_hash(b"a480webpfalse"), "webp").await, Ok(None));
}

#[sqlx::test]
async fn the_library_is_searched_without_diacritics_and_by_month(pool: PgPool) {
    let ids = [insert(&pool, "a", "Đường hẻm").await, insert(&pool, "b", "Tiêm chủng").await];
    let list = async |text: &str, days: Option<i64>| {
        let now = time::OffsetDateTime::now_utc();
        let period = days.map(|days| (now + time::Duration::days(days), now + time::Duration::days(days + 1)));
        let (found, more) = list_pictures(&pool, &Filter { text: text.to_owned(), period }, 1, 1).await.expect("lists");
        (found.into_iter().map(|picture| picture.id).collect::<Vec<_>>(), more)
    };
    assert_eq!(list("", None).await, (vec![ids[1]], true));
    assert_eq!(list("duong HEM", None).await, (vec![ids[0]], false));
    assert_eq!(list("hop.jpg", Some(0)).await, (vec![], false), "it was uploaded before");
    assert_eq!(list("hop.jpg", Some(-1)).await, (vec![ids[1]], true));
    assert_eq!(list("%", None).await, (vec![], false));
}

#[sqlx::test]
async fn a_picture_is_described_and_the_record_says_so_once(pool: PgPool) {
    let id = insert(&pool, "a", "").await;
    assert_eq!(update_alt(&pool, actor(), id, "Bà con họp").await, Ok(true));
    assert_eq!(update_alt(&pool, actor(), id, "Bà con họp").await, Ok(true), "again");
    assert_eq!(update_alt(&pool, actor(), id + 1, "x").await, Ok(false));
    assert_eq!(find(&pool, id).await.alt, "Bà con họp");
    assert_eq!(list_actions(&pool).await, ["describe-picture"]);
    assert_eq!(find_original(&pool, id).await, Ok(Some((content_hash(b"a original"), "hop.jpg".to_owned()))));
    assert_eq!(find_original(&pool, id + 1).await, Ok(None));
}

async fn set(pool: &PgPool, article: i64, change: &str) {
    let statement = format!("update articles set {change} where id = {article}");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await.expect("changes");
}

#[sqlx::test]
async fn a_file_is_public_while_something_public_shows_it(pool: PgPool) {
    let (article, id) = (insert_article(&pool, "a").await, insert(&pool, "a", "").await);
    let mut db = pool.acquire().await.expect("connects");
    let file = insert_file(&mut db, actor(), ("abcdef0123", "a.pdf"), "application/pdf", 9).await;
    let file = file.expect("stores");
    let look = async || {
        let picture = find_picture_audience(&pool, &content_hash(b"a480webpfalse"), "webp").await.expect("reads");
        let download = find_download(&pool, "abcdef0123").await.expect("reads").expect("is there");
        assert_eq!(picture, Some(download.audience));
        download.audience
    };
    assert_eq!(look().await, Audience::Staff, "nothing shows it");
    sqlx::query!(
        "insert into article_revisions (article_id, revision, content)
         select article_id, 2, content from article_revisions where article_id = $1",
        article
    )
    .execute(&pool)
    .await
    .expect("stores");
    insert_uses(&mut db, (article, 2), &[id, 999], &["abcdef0123".to_owned(), "lost".to_owned()])
        .await
        .expect("stores");
    assert_eq!(look().await, Audience::Staff, "a draft beside the published text shows it");
    set(&pool, article, "revision = 2, published_revision = 2").await;
    assert_eq!(look().await, Audience::Public);
    assert_eq!((is_shown(&pool, id).await, is_shown(&pool, 999).await), (Ok(true), Ok(false)));
    set(&pool, article, "published_at = now() + interval '1 hour'").await;
    assert_eq!(look().await, Audience::Staff, "it is scheduled");
    set(&pool, article, "published_at = now() - interval '1 hour'").await;
    set(&pool, article, "ends_at = now()").await;
    assert_eq!(look().await, Audience::Gone);
    set(&pool, article, "ends_at = null, state = 'withdrawn', withdrawal_message = 'x'").await;
    assert_eq!(look().await, Audience::Gone);
    assert_eq!(find_picture_audience(&pool, &content_hash(b"a480webpfalse"), "jpg").await, Ok(None));
    assert_eq!(find_download(&pool, "0123").await, Ok(None));
    let uses = list_uses(&pool, id, 9).await.expect("lists");
    assert_eq!((uses.len(), uses[0].article, uses[0].is_current), (1, article, true));
    assert_eq!(delete_picture(&pool, actor(), id).await, Err(AppError::invalid(IN_USE)));
    assert_eq!(delete_file(&pool, actor(), file).await, Err(AppError::invalid(IN_USE)));
    // the revision goes, and with it what it showed
    set(&pool, article, "revision = 1, published_revision = 1").await;
    sqlx::query!("delete from article_revisions where revision = 2").execute(&pool).await.expect("deletes");
    assert_eq!((delete_picture(&pool, actor(), id).await, delete_file(&pool, actor(), file).await), (Ok(()), Ok(())));
    // the same presses again
    assert_eq!((delete_picture(&pool, actor(), id).await, delete_file(&pool, actor(), file).await), (Ok(()), Ok(())));
    assert_eq!((find_listed(&pool, id).await, list_uses(&pool, id, 9).await), (Ok(None), Ok(vec![])));
    insert_uses(&mut db, (article, 2), &[], &[]).await.expect("there is nothing to record");
    let other = insert(&pool, "b", "").await;
    // what somebody is writing keeps its pictures too
    let staff = insert_staff(&pool, "hoa").await;
    for form in [
        format!(r#"{{"picture": "{other}", "body": ""}}"#),
        format!(r#"{{"picture": "", "body": "<figure><img data-picture=\"{other}\"></figure>"}}"#),
        format!(r#"{{"picture": "", "body": "a [ảnh {other}: b]"}}"#),
        format!(r#"{{"picture": "", "body": "[ảnh {other}]"}}"#),
    ] {
        sqlx::query(
            "insert into article_copies (article_id, account_id, revision, form) values ($1, $2, 1, $3::jsonb)
                     on conflict (article_id, account_id) do update set form = excluded.form",
        )
        .bind(article)
        .bind(staff.id)
        .bind(&form)
        .execute(&pool)
        .await
        .expect("keeps");
        assert_eq!(delete_picture(&pool, actor(), other).await, Err(AppError::invalid(IN_USE)), "{form}");
    }
    let lost = insert_uses(&mut db, (article, 9), &[other], &[]).await.expect_err("there is no such revision");
    assert_eq!(constraint(&lost), Some("article_pictures_article_id_revision_fkey"));
}

#[sqlx::test]
async fn pictures_without_a_description_are_known(pool: PgPool) {
    let (plain, described) = (insert(&pool, "a", "").await, insert(&pool, "b", "Họp").await);
    let mut db = pool.acquire().await.expect("connects");
    assert_eq!(list_undescribed(&mut db, &[described, plain, 999]).await, Ok(vec![plain, 999]));
    assert_eq!(list_undescribed(&mut db, &[]).await, Ok(vec![]));
}

#[sqlx::test]
async fn the_same_file_again_is_the_one_that_is_there(pool: PgPool) {
    let mut db = pool.acquire().await.expect("connects");
    let kind = "application/pdf";
    let first = insert_file(&mut db, actor(), ("abcdef0123", "Thông báo.pdf"), kind, 1000).await.expect("stores");
    assert_eq!(insert_file(&mut db, actor(), ("abcdef0123", "khác.pdf"), kind, 1000).await, Ok(first));
    assert!(insert_file(&mut db, actor(), ("abcdef0124", ""), kind, 1000).await.is_err(), "a file has a name");
    let list = async |text: &str| {
        list_files(&pool, &Filter { text: text.to_owned(), period: None }, 1, 9).await.expect("lists").0
    };
    assert_eq!((list("thong bao").await.len(), list("khac").await.len()), (1, 0));
    assert_eq!(list("").await[0].name, "Thông báo.pdf");
    let staff = insert_staff(&pool, "mai").await;
    assert_eq!(sum_account_bytes(&pool, staff.id).await, Ok(0), "the command line's files are nobody's");
    for table in ["files", "pictures"] {
        insert_picture(&mut db, &new_picture("", &processed("a"))).await.expect("stores");
        let statement = format!("update {table} set uploaded_by = {}, size = 1000", staff.id);
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.expect("changes");
    }
    assert_eq!(sum_account_bytes(&pool, staff.id).await, Ok(3000), "one file and two pictures");
}

#[sqlx::test]
async fn bytes_in_the_database_are_read_until_they_are_moved(pool: PgPool) {
    let id = insert(&pool, "a", "").await;
    assert!(find_unmoved(&pool).await.expect("reads").is_none());
    sqlx::query!("update picture_files set bytes = 'x' where width = 480").execute(&pool).await.expect("changes");
    let file = find_unmoved(&pool).await.expect("reads").expect("is there");
    assert_eq!(
        (file.hash.as_str(), file.format.as_str(), &file.bytes[..]),
        (find(&pool, id).await.sizes[0].hash.as_str(), "webp", &b"x"[..])
    );
    assert_eq!(load_unmoved(&pool, &file.hash, "webp").await, Ok(Some(b"x".to_vec())));
    assert_eq!(load_unmoved(&pool, &file.hash, "jpg").await, Ok(None));
    delete_moved_bytes(&pool, &file.hash, "jpg").await.expect("finds none");
    delete_moved_bytes(&pool, &file.hash, "webp").await.expect("deletes");
    delete_moved_bytes(&pool, &file.hash, "webp").await.expect("finds none");
    assert_eq!(load_unmoved(&pool, &file.hash, "webp").await, Ok(None));
}

#[sqlx::test]
async fn files_that_nothing_has_are_orphans(pool: PgPool) {
    insert(&pool, "a", "").await;
    let mut tx = pool.begin().await.expect("begins");
    lock_store_for_sweeping(&mut tx).await.expect("locks");
    lock_store_for_writing(&mut tx).await.expect("is the same transaction's");
    let known = format!("{}.webp", content_hash(b"a480webpfalse"));
    for (folder, known) in [(Folder::Sizes, known), (Folder::Originals, content_hash(b"a original"))] {
        let orphans = list_orphans(&mut tx, folder, &[known, "0123.webp".to_owned()]).await;
        assert_eq!(orphans, Ok(vec!["0123.webp".to_owned()]), "{folder:?}");
    }
    assert_eq!(list_orphans(&mut tx, Folder::Files, &["x".to_owned()]).await, Ok(vec!["x".to_owned()]));
    assert_eq!(list_orphans(&mut tx, Folder::Files, &[]).await, Ok(vec![]));
}
