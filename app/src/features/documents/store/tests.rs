use super::*;
use crate::features::articles::ArticleKind;
use crate::features::closures::store::find_closed;
use crate::features::pages::store::{find_page, find_page_id, list_pages};
use crate::features::writing::store::{ArticleChange, change_article, create_article, find_seconds_to_next_change};
use crate::features::writing::{Content, SLUG_TAKEN, Step};
use crate::testing::{actor_of, insert_staff_with_role, send_comment};
use crate::web::permissions::Role;
use crate::web::staff::Staff;
use time::Duration;
use time::macros::date;

const TODAY: Date = date!(2026 - 06 - 01);

async fn chief(pool: &PgPool) -> Staff {
    let known = sqlx::query_scalar::<_, i64>("select count(*) from accounts").fetch_one(pool).await.expect("counts");
    insert_staff_with_role(pool, &format!("chief{known}"), Role::Administrator).await
}

async fn take(pool: &PgPool, staff: &Staff, id: i64, step: Step, content: &Content) -> Result<(), AppError> {
    let revision = sqlx::query_scalar::<_, i32>("select revision from articles where id = $1").bind(id);
    let seen = revision.fetch_one(pool).await.expect("reads");
    let change =
        ArticleChange { seen, content: Some(content), step: Some(step), message: "Gỡ", ..ArticleChange::default() };
    change_article(pool, actor_of(staff), staff, id, &change).await.map(|changed| {
        changed.expect("is the newest");
    })
}

async fn publish(pool: &PgPool, kind: ArticleKind, content: &Content) -> Result<i64, AppError> {
    let staff = chief(pool).await;
    let id = create_article(pool, actor_of(&staff), kind, content).await?;
    take(pool, &staff, id, Step::Publish, content).await?;
    Ok(id)
}

fn document(number: &str, title: &str) -> Content {
    Content {
        title: title.to_owned(),
        body: "<p>Điều 1. Phạm vi.</p>".to_owned(),
        document: DocumentDetails {
            number: number.to_owned(),
            kind: "Kế hoạch".to_owned(),
            issuer: "UBND phường".to_owned(),
            signer: "Trần Văn An".to_owned(),
            issued_on: Some(date!(2026 - 03 - 02)),
            ..DocumentDetails::default()
        },
        ..Content::default()
    }
}

async fn list(pool: &PgPool, filter: &Filter<'_>) -> Vec<i64> {
    let (listed, _) = list_documents(pool, filter, TODAY, 1).await.expect("lists");
    listed.into_iter().map(|listed| listed.document.id).collect()
}

async fn plain_article(pool: &PgPool) -> i64 {
    crate::testing::insert_article(pool, "bai").await
}

#[sqlx::test]
async fn documents_are_found_by_each_of_what_is_written_on_them(pool: PgPool) {
    let plan = publish(&pool, ArticleKind::Document, &document("15/KH-UBND", "Phòng chống sốt xuất huyết")).await;
    let plan = plan.expect("publishes");
    let mut other = document("16/QĐ-UBND", "Phân công trực lễ");
    other.document.kind = "Quyết định".to_owned();
    other.document.signer = "Lê Thị Bình".to_owned();
    other.document.issued_on = Some(date!(2025 - 12 - 30));
    other.document.in_force_until = Some(date!(2026 - 01 - 02));
    let order = publish(&pool, ArticleKind::Document, &other).await.expect("publishes");
    for (filter, found) in [
        (Filter::default(), vec![plan, order]),
        (Filter { words: Some("'sot' & 'xuat'"), number: "sốt xuất", ..Filter::default() }, vec![plan]),
        (Filter { words: Some("'15' & 'kh'"), number: "15/kh", ..Filter::default() }, vec![plan]),
        (Filter { words: Some("'khong'"), number: "/QĐ-", ..Filter::default() }, vec![order]),
        (Filter { words: Some("'khong'"), number: "%", ..Filter::default() }, vec![]),
        (Filter { words: Some("'tran' & 'van' & 'an'"), ..Filter::default() }, vec![plan]),
        (Filter { kind: "Quyết định", ..Filter::default() }, vec![order]),
        (Filter { issuer: "UBND phường", ..Filter::default() }, vec![plan, order]),
        (Filter { signer: "Lê Thị Bình", ..Filter::default() }, vec![order]),
        (Filter { issued: Some((date!(2026 - 01 - 01), date!(2027 - 01 - 01))), ..Filter::default() }, vec![plan]),
        (Filter { in_force: Some(true), ..Filter::default() }, vec![plan]),
        (Filter { in_force: Some(false), ..Filter::default() }, vec![order]),
        (Filter { drafts: true, ..Filter::default() }, vec![]),
    ] {
        assert_eq!(list(&pool, &filter).await, found, "{filter:?}");
    }
    let coming = Content {
        document: DocumentDetails { in_force_from: Some(date!(2026 - 07 - 01)), ..document("17", "").document },
        ..document("17", "Sắp có hiệu lực")
    };
    publish(&pool, ArticleKind::Document, &coming).await.expect("publishes");
    for in_force in [true, false] {
        let listed = list(&pool, &Filter { in_force: Some(in_force), ..Filter::default() }).await;
        assert_eq!(listed.len(), 1, "what is not in force yet is neither: {in_force}");
    }
    assert!(list_documents(&pool, &Filter::default(), TODAY, 2).await.expect("lists").0.is_empty());
    let choices = list_choices(&pool).await.expect("lists");
    assert_eq!((choices.kinds.len(), choices.issuers.len(), choices.signers.len()), (2, 1, 2));
    assert_eq!(choices.years, [2026, 2025]);
    assert_eq!(list_names(&pool).await.expect("lists").1, ["Trần Văn An", "Lê Thị Bình"]);
    assert_eq!(list_addresses(&pool).await.expect("lists").len(), 3);
}

#[sqlx::test]
async fn a_new_document_replaces_an_old_one_and_a_number_is_taken_once(pool: PgPool) {
    let old = publish(&pool, ArticleKind::Document, &document("1/KH-UBND", "Cũ")).await.expect("publishes");
    let mut new = document("2/KH-UBND", "Mới");
    new.document.replaces = vec![old, 999];
    let id = publish(&pool, ArticleKind::Document, &new).await.expect("publishes");
    let found = find_document(&pool, old, TODAY).await.expect("reads").expect("is there");
    assert_eq!(found.listed.replaced_by.map(|other| other.id), Some(id));
    let found = find_document(&pool, id, TODAY).await.expect("reads").expect("is there");
    assert_eq!(found.replaces.iter().map(|other| other.id).collect::<Vec<_>>(), [old], "what is not there is left out");
    assert_eq!(list(&pool, &Filter { in_force: Some(true), ..Filter::default() }).await, [id]);
    // the same number, written otherwise
    let same = publish(&pool, ArticleKind::Document, &document("2 / kh-ubnd", "Trùng số")).await;
    assert_eq!(same, Err(AppError::invalid(NUMBER_TAKEN)));
    let mut foreign = document("2/KH-UBND", "Của cơ quan khác");
    foreign.document.issuer = "UBND tỉnh".to_owned();
    publish(&pool, ArticleKind::Document, &foreign).await.expect("another body counts for itself");
    let unnumbered = document("", "Không số");
    publish(&pool, ArticleKind::Document, &unnumbered).await.expect("publishes");
    publish(&pool, ArticleKind::Document, &unnumbered).await.expect("documents without a number do not collide");
    let mut later = document("3/KH-UBND", "Có hiệu lực sau");
    later.document.replaces = vec![id];
    later.document.in_force_from = Some(date!(2026 - 06 - 02));
    publish(&pool, ArticleKind::Document, &later).await.expect("publishes");
    let found = find_document(&pool, id, TODAY).await.expect("reads").expect("is there");
    assert_eq!(found.listed.replaced_by, None, "not before the other one is in force");
    assert!(list(&pool, &Filter { in_force: Some(true), ..Filter::default() }).await.contains(&id));
    let found = find_document(&pool, id, date!(2026 - 06 - 02)).await.expect("reads").expect("is there");
    assert!(found.listed.replaced_by.is_some());
    // of two that replace it the later one is named, on its page as in the list, whatever place it has in theirs
    let other = publish(&pool, ArticleKind::Document, &document("5/KH-UBND", "Khác")).await.expect("publishes");
    let mut latest = document("4/KH-UBND", "Mới nhất");
    latest.document.replaces = vec![other, id];
    latest.document.issued_on = Some(date!(2026 - 05 - 30));
    let latest = publish(&pool, ArticleKind::Document, &latest).await.expect("publishes");
    let found = find_document(&pool, id, date!(2026 - 06 - 02)).await.expect("reads").expect("is there");
    let (listed, _) = list_documents(&pool, &Filter::default(), date!(2026 - 06 - 02), 1).await.expect("lists");
    let listed = listed.into_iter().find(|listed| listed.document.id == id).expect("is listed");
    for replaced_by in [found.listed.replaced_by, listed.replaced_by] {
        assert_eq!(replaced_by.map(|other| other.id), Some(latest));
    }
    take(&pool, &chief(&pool).await, id, Step::Withdraw, &new).await.expect("withdraws");
    assert_eq!(find_document(&pool, id, TODAY).await, Ok(None));
    assert_eq!(find_document(&pool, old, TODAY).await.expect("reads").expect("is there").listed.replaced_by, None);
    publish(&pool, ArticleKind::Document, &document("2/KH-UBND", "Sửa lại")).await.expect("its number is free again");
    let mut incomplete = document("9", "Thiếu");
    incomplete.document.issuer.clear();
    let refused = publish(&pool, ArticleKind::Document, &incomplete).await;
    assert_eq!(refused, Err(AppError::invalid(crate::features::documents::NO_ISSUER)));
}

#[sqlx::test]
async fn details_are_written_and_deleted_with_the_publication(pool: PgPool) {
    let id = publish(&pool, ArticleKind::Document, &document("1/KH", "Một")).await.expect("publishes");
    let mut db = pool.acquire().await.expect("connects");
    let details = DocumentDetails { number: "7/KH".to_owned(), ..DocumentDetails::default() };
    for _ in 0..2 {
        write_details(&mut db, id, &details, TODAY).await.expect("writes");
    }
    let number = find_document(&pool, id, TODAY).await.expect("reads").expect("is there").listed.document.number;
    assert_eq!(number, "7/KH");
    let other = publish(&pool, ArticleKind::Document, &document("8/KH", "Hai")).await.expect("publishes");
    let issuer = DocumentDetails { issuer: "UBND phường".to_owned(), number: "8/KH".to_owned(), ..details };
    assert_eq!(write_details(&mut db, id, &issuer, TODAY).await, Err(AppError::invalid(NUMBER_TAKEN)));
    let missing = write_details(&mut db, 999, &DocumentDetails::default(), TODAY).await;
    assert_eq!(missing, Err(AppError::Internal), "there is no such article");
    for _ in 0..2 {
        delete_details(&mut db, other).await.expect("deletes");
    }
    delete_details(&mut db, 999).await.expect("there is nothing to delete");
    delete_details(&mut db, plain_article(&pool).await).await.expect("an article has none");
    assert_eq!(list(&pool, &Filter::default()).await, [id]);
}

#[sqlx::test]
async fn opinions_are_taken_while_a_draft_is_open(pool: PgPool) {
    let plain = publish(&pool, ArticleKind::Document, &document("1/KH", "Kế hoạch")).await.expect("publishes");
    let mut draft = document("", "Dự thảo quy chế");
    draft.document.opinions_until = Some(OffsetDateTime::now_utc() + Duration::minutes(30));
    let open = publish(&pool, ArticleKind::Document, &draft).await.expect("publishes");
    let page =
        publish(&pool, ArticleKind::Page, &Content { title: "Giới thiệu".to_owned(), ..Content::default() }).await;
    let page = page.expect("publishes");
    assert_eq!(list_open_drafts(&pool).await.expect("lists").len(), 1);
    let seconds = find_seconds_to_next_change(&pool).await.expect("finds").expect("it closes");
    assert!((1700.0..1900.0).contains(&seconds), "{seconds}");
    send_comment(&pool, open, None, 1, "Nên thêm giờ mở cửa buổi tối.").await.expect("is stored");
    for closed in [plain, page] {
        assert!(send_comment(&pool, closed, None, 2, "Ý kiến").await.is_err());
        assert!(find_closed(&pool, closed).await.expect("reads").ratings.is_some());
    }
    assert_eq!(find_closed(&pool, open).await.expect("reads").comments, None);
    sqlx::query("update documents set opinions_until = now() where article_id = $1")
        .bind(open)
        .execute(&pool)
        .await
        .expect("closes");
    assert_eq!(
        find_closed(&pool, open).await.expect("reads").comments.as_deref(),
        Some(crate::features::closures::OPINIONS_OVER)
    );
    assert!(send_comment(&pool, open, None, 3, "Muộn rồi").await.is_err());
    assert!(list_open_drafts(&pool).await.expect("lists").is_empty());
    assert_eq!(find_document(&pool, open, TODAY).await.expect("reads").expect("is there").opinions, (0, 0), "it waits");
}

#[sqlx::test]
async fn pages_have_addresses_of_their_own_for_good(pool: PgPool) {
    let contacts =
        Content { title: "Liên hệ".to_owned(), body: "<p>Điện thoại.</p>".to_owned(), ..Content::default() };
    let id = publish(&pool, ArticleKind::Page, &contacts).await.expect("publishes");
    assert_eq!(find_page(&pool, "lien-he").await.expect("reads").expect("is there").short.path(), "/trang/lien-he");
    let taken = publish(&pool, ArticleKind::Page, &contacts).await;
    assert_eq!(taken, Err(AppError::invalid(SLUG_TAKEN)));
    let renamed = Content { title: "Liên hệ với phường".to_owned(), ..contacts.clone() };
    let staff = chief(&pool).await;
    take(&pool, &staff, id, Step::Publish, &renamed).await.expect("publishes");
    let old = find_page(&pool, "lien-he").await.expect("reads").expect("leads on");
    assert_eq!(old.short.slug, "lien-he-voi-phuong");
    assert_eq!(publish(&pool, ArticleKind::Page, &contacts).await, Err(AppError::invalid(SLUG_TAKEN)), "nor later");
    assert_eq!(list_pages(&pool).await.expect("lists").len(), 1);
    take(&pool, &staff, id, Step::Withdraw, &renamed).await.expect("withdraws");
    assert_eq!(find_page(&pool, "lien-he").await, Ok(None));
    assert_eq!(find_page_id(&pool, "lien-he").await, Ok(Some(id)), "which was withdrawn");
    let tomorrow = Some(OffsetDateTime::now_utc() + Duration::days(1));
    let planned = Content { title: "Sắp có".to_owned(), publish_at: tomorrow, ..Content::default() };
    let id = create_article(&pool, actor_of(&staff), ArticleKind::Page, &planned).await.expect("creates");
    take(&pool, &staff, id, Step::Schedule, &planned).await.expect("schedules");
    let now = Content { publish_at: None, ..planned.clone() };
    assert_eq!(publish(&pool, ArticleKind::Page, &now).await, Err(AppError::invalid(SLUG_TAKEN)), "it is promised");
    take(&pool, &staff, id, Step::Unschedule, &planned).await.expect("takes it back");
    publish(&pool, ArticleKind::Page, &now).await.expect("an address that the public never saw is free");
}
