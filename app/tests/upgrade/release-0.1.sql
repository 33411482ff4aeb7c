-- The database of this release with sample rows, as pg_dump writes it, without the bytes of pictures.
CREATE TYPE public.account_link_kind AS ENUM (
    'invitation',
    'password',
    'second_factor'
);
CREATE TYPE public.article_state AS ENUM (
    'draft',
    'in_review',
    'scheduled',
    'published',
    'withdrawn'
);
CREATE TYPE public.comment_state AS ENUM (
    'pending',
    'blocked',
    'published',
    'rejected',
    'removed'
);
CREATE TYPE public.report_reason AS ENUM (
    'insult',
    'personal',
    'advertising',
    'untrue',
    'other'
);
CREATE TYPE public.staff_role AS ENUM (
    'moderator',
    'editor',
    'administrator'
);
CREATE TYPE public.vote_state AS ENUM (
    'counted',
    'suspicious'
);
CREATE FUNCTION public.count_changed_comments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into comment_state_deltas
    select state, sum(n)
    from (select state, 1 as n from new_rows union all select state, -1 from old_rows) as both_rows
    group by state having sum(n) <> 0;
    return null;
end $$;
CREATE FUNCTION public.count_deleted_comments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into comment_state_deltas select state, -count(*) from old_rows group by state;
    return null;
end $$;
CREATE FUNCTION public.count_new_comments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into comment_state_deltas select state, count(*) from new_rows group by state;
    return null;
end $$;
CREATE FUNCTION public.fold_text(given text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
    select lower(regexp_replace(replace(replace(normalize(given, NFD), 'đ', 'd'), 'Đ', 'd'), '[\u0300-\u036F]', '', 'g'))
$$;
CREATE FUNCTION public.notify_article() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('article', new.article_id::text);
    return null;
end $$;
CREATE FUNCTION public.notify_channel() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;
CREATE FUNCTION public.notify_views() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('article', new.page::text);
    return null;
end $$;
CREATE FUNCTION public.random_hash() RETURNS bytea
    LANGUAGE sql
    AS $$
    select sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
$$;
CREATE FUNCTION public.random_salt() RETURNS bytea
    LANGUAGE sql
    AS $$
    select decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
$$;
CREATE FUNCTION public.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'audit entries are never changed' using errcode = 'restrict_violation', constraint = 'audit_immutable';
end $$;
CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE public.account_links (
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    kind public.account_link_kind NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.accounts (
    id bigint NOT NULL,
    username text NOT NULL,
    display_name text NOT NULL,
    role public.staff_role NOT NULL,
    password_hash text,
    email text,
    daily_mail boolean DEFAULT false NOT NULL,
    mailed_on date,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_display_name CHECK (((char_length(display_name) >= 2) AND (char_length(display_name) <= 60))),
    CONSTRAINT account_email CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
    CONSTRAINT account_username CHECK ((username ~ '^[a-z0-9][a-z0-9._-]{1,39}$'::text))
);
ALTER TABLE public.accounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.article_revisions (
    article_id bigint NOT NULL,
    revision integer NOT NULL,
    title text NOT NULL,
    lead text NOT NULL,
    body text NOT NULL,
    author text NOT NULL,
    account_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.articles (
    id bigint NOT NULL,
    state public.article_state DEFAULT 'draft'::public.article_state NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    category_id bigint NOT NULL,
    lead text NOT NULL,
    body text NOT NULL,
    sanitiser_version smallint NOT NULL,
    author text NOT NULL,
    picture_id bigint,
    picture_caption text DEFAULT ''::text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    carried_views bigint DEFAULT 0 NOT NULL,
    published_at timestamp with time zone,
    ends_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT article_carried_views CHECK ((carried_views >= 0)),
    CONSTRAINT article_ends CHECK ((ends_at > published_at)),
    CONSTRAINT article_published CHECK (((state <> ALL (ARRAY['scheduled'::public.article_state, 'published'::public.article_state])) OR (published_at IS NOT NULL))),
    CONSTRAINT article_slug CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT article_title CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300)))
);
ALTER TABLE public.articles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.articles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id bigint,
    detail text NOT NULL,
    digest bytea,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_hash CHECK ((octet_length(hash) = 32)),
    CONSTRAINT audit_number CHECK ((number > 0)),
    CONSTRAINT audit_previous CHECK ((octet_length(previous) = 32))
);
CREATE TABLE public.audit_key (
    only_one boolean DEFAULT true NOT NULL,
    proof bytea NOT NULL,
    CONSTRAINT audit_key_once CHECK (only_one)
);
CREATE TABLE public.blocked_visitors (
    visitor bytea NOT NULL,
    blocked_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.categories (
    id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT category_name CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT category_slug CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
ALTER TABLE public.categories ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.categories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.closures (
    article_id bigint,
    comments boolean NOT NULL,
    ratings boolean NOT NULL,
    message text NOT NULL,
    closed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT closure_message CHECK (((char_length(message) >= 1) AND (char_length(message) <= 300))),
    CONSTRAINT closure_of_something CHECK ((comments OR ratings))
);
CREATE TABLE public.comment_state_deltas (
    state public.comment_state NOT NULL,
    delta bigint NOT NULL
);
CREATE TABLE public.comment_totals (
    article_id bigint NOT NULL,
    shown integer DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    CONSTRAINT comment_totals_possible CHECK ((shown >= 0))
);
CREATE TABLE public.comments (
    id bigint NOT NULL,
    article_id bigint NOT NULL,
    parent_id bigint,
    visitor bytea NOT NULL,
    name text NOT NULL,
    email text,
    body text NOT NULL,
    body_hash bytea NOT NULL,
    folded text GENERATED ALWAYS AS (public.fold_text(((name || ' '::text) || body))) STORED NOT NULL,
    state public.comment_state DEFAULT 'pending'::public.comment_state NOT NULL,
    previous_state public.comment_state,
    version integer DEFAULT 1 NOT NULL,
    revision bigint,
    official boolean DEFAULT false NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    covered jsonb DEFAULT '[]'::jsonb NOT NULL,
    note text,
    salt bytea DEFAULT public.random_salt() NOT NULL,
    link_salt bytea,
    link_hash bytea,
    consent_version text NOT NULL,
    consented_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    kept_from timestamp with time zone DEFAULT now() NOT NULL,
    corrected_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    published_at timestamp with time zone,
    decided_at timestamp with time zone,
    decided_by bigint,
    reported_at timestamp with time zone,
    previous_reported_at timestamp with time zone,
    notify boolean DEFAULT false NOT NULL,
    notified_at timestamp with time zone,
    notify_attempts smallint DEFAULT 0 NOT NULL,
    notify_after timestamp with time zone,
    is_reply boolean GENERATED ALWAYS AS ((parent_id IS NOT NULL)) STORED NOT NULL,
    parent_is_reply boolean GENERATED ALWAYS AS (
CASE
    WHEN (parent_id IS NULL) THEN NULL::boolean
    ELSE false
END) STORED,
    CONSTRAINT comment_body CHECK (((char_length(body) >= 10) AND (char_length(body) <= 3000))),
    CONSTRAINT comment_email CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
    CONSTRAINT comment_link_salt CHECK ((octet_length(link_salt) = 16)),
    CONSTRAINT comment_name CHECK (((char_length(name) >= 2) AND (char_length(name) <= 60))),
    CONSTRAINT comment_note CHECK (((char_length(note) >= 1) AND (char_length(note) <= 500))),
    CONSTRAINT comment_visitor CHECK ((octet_length(visitor) = 32))
);
ALTER TABLE public.comments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.comments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.consent_texts (
    version text NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.form_refusals (
    token_hash bytea NOT NULL,
    visitor bytea,
    refusal jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    shown_at timestamp with time zone
);
CREATE TABLE public.imported_term_lists (
    version integer NOT NULL
);
CREATE TABLE public.picture_files (
    picture_id bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    format text NOT NULL,
    hash text NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT picture_format CHECK ((format = ANY (ARRAY['webp'::text, 'jpg'::text])))
);
CREATE TABLE public.pictures (
    id bigint NOT NULL,
    alt text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.pictures ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.pictures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE public.presence (
    account_id bigint NOT NULL,
    comment_id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE VIEW public.public_articles AS
 SELECT a.id,
    a.slug,
    a.title,
    c.name AS category,
    a.lead,
    a.body,
    a.author,
    a.picture_id,
    a.picture_caption,
    a.carried_views,
    a.published_at
   FROM (public.articles a
     JOIN public.categories c ON ((c.id = a.category_id)))
  WHERE ((a.state = ANY (ARRAY['scheduled'::public.article_state, 'published'::public.article_state])) AND (a.published_at <= now()) AND ((a.ends_at IS NULL) OR (a.ends_at > now())));
CREATE TABLE public.rating_totals (
    article_id bigint NOT NULL,
    carried_points bigint DEFAULT 0 NOT NULL,
    carried_ratings bigint DEFAULT 0 NOT NULL,
    points bigint DEFAULT 0 NOT NULL,
    ratings bigint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    CONSTRAINT rating_totals_possible CHECK (((carried_ratings >= 0) AND ((carried_points >= carried_ratings) AND (carried_points <= (5 * carried_ratings))) AND (ratings >= 0) AND ((points >= ratings) AND (points <= (5 * ratings)))))
);
CREATE TABLE public.recovery_codes (
    account_id bigint NOT NULL,
    code_hash bytea NOT NULL
);
CREATE TABLE public.reports (
    comment_id bigint NOT NULL,
    visitor bytea NOT NULL,
    reason public.report_reason NOT NULL,
    details text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    anonymised boolean DEFAULT false NOT NULL,
    CONSTRAINT report_details CHECK (((char_length(details) >= 1) AND (char_length(details) <= 500))),
    CONSTRAINT report_visitor CHECK ((octet_length(visitor) = 32))
);
CREATE TABLE public.second_factors (
    account_id bigint NOT NULL,
    secret bytea NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    CONSTRAINT second_factor_secret CHECK ((octet_length(secret) = 20))
);
CREATE TABLE public.secret_keys (
    purpose text NOT NULL,
    version integer NOT NULL,
    key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT secret_key_length CHECK ((octet_length(key) = 32))
);
CREATE TABLE public.sessions (
    id_hash bytea NOT NULL,
    number bigint NOT NULL,
    account_id bigint,
    data jsonb NOT NULL,
    device text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE public.sessions ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sessions_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.settings (
    key text NOT NULL,
    value text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.terms (
    term text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT term_length CHECK (((char_length(term) >= 2) AND (char_length(term) <= 60)))
);
CREATE TABLE public.traffic_days (
    page bigint NOT NULL,
    day date NOT NULL,
    visits bigint NOT NULL
);
CREATE TABLE public.traffic_hours (
    hour timestamp with time zone NOT NULL,
    visits bigint NOT NULL
);
CREATE TABLE public.traffic_totals (
    page bigint NOT NULL,
    visits bigint NOT NULL
);
CREATE TABLE public.visit_keys (
    day date NOT NULL,
    key bytea NOT NULL,
    CONSTRAINT visit_key_length CHECK ((octet_length(key) = 32))
);
CREATE TABLE public.visits (
    day date NOT NULL,
    page bigint NOT NULL,
    visitor bytea NOT NULL,
    began timestamp with time zone NOT NULL,
    ended timestamp with time zone NOT NULL,
    CONSTRAINT visit_order CHECK ((began <= ended)),
    CONSTRAINT visit_visitor CHECK ((octet_length(visitor) = 16))
);
CREATE TABLE public.votes (
    article_id bigint NOT NULL,
    visitor bytea NOT NULL,
    stars smallint NOT NULL,
    state public.vote_state DEFAULT 'counted'::public.vote_state NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vote_stars CHECK (((stars >= 1) AND (stars <= 5))),
    CONSTRAINT vote_visitor CHECK ((octet_length(visitor) = 32))
);
INSERT INTO public._sqlx_migrations VALUES (1, 'site', '2026-11-25 22:18:38.466496+00', true, '\xb9049f9a5183f2966f0cab87163bfc80185cace8023c7b945e328c05c379e324c7a5ff1a898c8237dbee05bb8a3b6e0f', 18485651);
INSERT INTO public._sqlx_migrations VALUES (2, 'accounts', '2026-11-25 22:18:38.485654+00', true, '\xb11de77a501f0576055e4622453373ee0f3f68170105ee3c4a284854148e8a39ebc09ac69eb96f86ba39445ec6ffd5ab', 88582070);
INSERT INTO public._sqlx_migrations VALUES (3, 'audit', '2026-11-25 22:18:38.574911+00', true, '\x1b036d64021c043e337ec21e69a961ee75e9afdbc4b50c1cd1ca185307a694972f20b316fa208e0e01f0a1c73739702d', 8446352);
INSERT INTO public._sqlx_migrations VALUES (4, 'media', '2026-11-25 22:18:38.585343+00', true, '\xaf584f1f8c25a6869be77276ae8ebf8f6c79f2d8c9b72c06f2552111182f57548579f50cbae815825a240525e347efd4', 8279755);
INSERT INTO public._sqlx_migrations VALUES (5, 'articles', '2026-11-25 22:18:38.594102+00', true, '\xbaec0e6b7aaf7686c7a611e0b99bf4ecb13cbf8760d9512ce4ba7b0f9aa5c723d91db4b8769b801ddd04574062fdcfff', 14522321);
INSERT INTO public._sqlx_migrations VALUES (6, 'ratings', '2026-11-25 22:18:38.609278+00', true, '\xd609a7a6ee08c90307a53b85271e7bcbc4f1aa5aed9c26954650921dd90e5ed41858dd6482f677c8109ecadcecab6b55', 9517484);
INSERT INTO public._sqlx_migrations VALUES (7, 'comments', '2026-11-25 22:18:38.619799+00', true, '\x0a5524a9f6b4b3d97224f502151cc3a0e1a74e807432f29930aa670b7853123f78a7ba66193807723903615cc6c33079', 62093251);
INSERT INTO public._sqlx_migrations VALUES (8, 'closures', '2026-11-25 22:18:38.682818+00', true, '\xfccde22e0820f262def4f1ba9357ae33c342e73947a541f56998d2b879e3485f1a17509d4908e3ea22c5a394571d2195', 13023714);
INSERT INTO public._sqlx_migrations VALUES (9, 'rules', '2026-11-25 22:18:38.696607+00', true, '\xd0cda6ddc0799593d1577f285626d8bee64bbb21691a5ac24f55c2bd4698dcd9e1d36b29cb22d7a874187c453cfe5cd0', 6067617);
INSERT INTO public._sqlx_migrations VALUES (10, 'moderation', '2026-11-25 22:18:38.70303+00', true, '\xd274317c2a2219ae0de33c9e284f3c01db52978de17cdd675c0986af1e8be726387db283cdd2207ccb599dc6e124c2e9', 4145961);
INSERT INTO public._sqlx_migrations VALUES (11, 'statistics', '2026-11-25 22:18:38.707563+00', true, '\x2d6eccdbf4b27a65a7a73a205e59a2bd8fcdd93eeb9923ff374237a3faf5caf1c7dd022a5a9e1c133d2e6b9e4a711108', 13067089);
INSERT INTO public.accounts OVERRIDING SYSTEM VALUE VALUES (1, 'lan', 'Chị Lan', 'moderator', '$no$hash', NULL, false, NULL, NULL, '2026-11-25 22:18:59.111549+00');
INSERT INTO public.accounts OVERRIDING SYSTEM VALUE VALUES (2, 'quantri', 'Anh Minh', 'administrator', '$no$hash', NULL, false, NULL, NULL, '2026-11-25 22:18:59.119277+00');
INSERT INTO public.article_revisions VALUES (1, 1, 'Phường Hiệp Ninh: Hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023', 'Sáng 12/7, tại hội trường UBND phường, phường Hiệp Ninh tổ chức hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023. Dự hội nghị có lãnh đạo UBND phường, Khối dân vận phường, Mặt trận Tổ quốc phường cùng đại diện các ban, ngành, đoàn thể và các khu phố.', '<p>Theo kế hoạch, đợt 1 kéo dài 15 ngày, <strong>từ ngày 17/7 đến ngày 31/7/2023</strong>. Đây là dịp các ban, ngành và đoàn thể của phường cùng về khu phố, nghe người dân nói và cùng làm những việc thiết thực, thay vì mỗi đơn vị làm riêng một phần việc.</p>
<p>Trọng tâm của đợt này là các hoạt động nhân kỷ niệm 76 năm Ngày Thương binh - Liệt sĩ (27/7/1947 - 27/7/2023). Phường sẽ thăm hỏi, tặng quà gia đình thương binh, liệt sĩ và người có công; các đoàn thể nhận phần việc dọn dẹp nhà cửa, chăm sóc cây xanh giúp những gia đình chính sách neo đơn.</p>
<p>Cùng với đó, các lực lượng phối hợp thăm hỏi hộ nghèo, hộ cận nghèo và người cao tuổi; vận động bà con giữ gìn vệ sinh đường hẻm, phân loại rác tại nhà; nhắc nhở không lấn chiếm lề đường và cùng giữ an ninh trật tự ở khu dân cư.</p>
<p>Tại hội nghị, Khối dân vận phường thông qua dự thảo kế hoạch và bảng phân công. Đại diện các khu phố góp ý về thời gian, địa điểm và đề nghị gửi danh sách gia đình cần thăm hỏi sớm để việc thăm hỏi không trùng, không sót.</p>
<p>Mặt trận Tổ quốc phường đề nghị mỗi đoàn thể chọn ít nhất một việc cụ thể, làm xong trong đợt và báo lại kết quả cho người dân biết. Những ý kiến ghi nhận tại khu phố được tổng hợp và chuyển đến bộ phận phụ trách để trả lời.</p>
<p>Kết luận hội nghị, lãnh đạo UBND phường đề nghị các đơn vị hoàn thành công tác chuẩn bị trước ngày 17/7, phối hợp chặt chẽ trong suốt đợt và tổng kết, rút kinh nghiệm ngay sau khi kết thúc vào ngày 31/7.</p>', 'Quỳnh Yên', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (2, 1, 'Tiêm phòng sởi cho trẻ tại trạm y tế phường', 'Trạm y tế phường tổ chức tiêm phòng sởi miễn phí cho trẻ trong hai buổi sáng 20/7 và 21/7. Phụ huynh vui lòng đưa trẻ đến đúng buổi theo khu phố để không phải chờ lâu.', '<p>Đợt tiêm dành cho trẻ từ 9 tháng tuổi chưa tiêm mũi sởi thứ nhất và trẻ từ 18 tháng tuổi chưa tiêm mũi sởi - rubella. Trẻ đã quá tuổi nhưng còn thiếu mũi vẫn được khám và tiêm bù.</p>
<p>Giờ tiêm từ <strong>7 giờ 30 đến 11 giờ</strong>. Sáng 20/7 (thứ năm) dành cho khu phố 1 và khu phố 2; sáng 21/7 (thứ sáu) dành cho khu phố 3 và khu phố 4. Gia đình bận đúng buổi của mình có thể đến buổi còn lại.</p>
<h2>Phụ huynh cần nhớ</h2>
<ul>
<li>Mang theo sổ tiêm chủng hoặc phiếu tiêm của trẻ.</li>
<li>Cho trẻ ăn nhẹ trước khi tiêm, mặc áo rộng, dễ vén tay.</li>
<li>Báo với cán bộ y tế nếu trẻ đang sốt, đang dùng thuốc hoặc từng bị dị ứng.</li>
<li>Ở lại trạm 30 phút sau khi tiêm để được theo dõi.</li>
</ul>
<p>Về nhà, gia đình tiếp tục theo dõi trẻ ít nhất 24 giờ. Nếu trẻ sốt cao, khó thở, bỏ bú hoặc quấy khóc kéo dài, xin đưa trẻ đến cơ sở y tế gần nhất.</p>
<p>Trẻ đang ốm có thể hoãn tiêm. Trạm y tế sẽ hẹn lại vào ngày tiêm chủng thường xuyên của tháng sau.</p>', 'Thu Hà', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (3, 1, 'Lịch cúp nước khu phố 3 ngày 25/7', 'Để thay đoạn ống cấp nước bị rò rỉ, đơn vị cấp nước sẽ tạm ngừng cấp nước tại khu phố 3 từ 8 giờ đến 16 giờ ngày 25/7 (thứ ba). Mong bà con chủ động trữ đủ nước dùng trong ngày.', '<p>Khu vực bị ảnh hưởng gồm các tổ dân cư số 7, 8, 9 và các hẻm nối với đường chính của khu phố 3. Các khu phố còn lại vẫn có nước, nhưng áp lực có thể yếu hơn ngày thường.</p>
<p>Đoạn ống được thay dài khoảng 60 m, đã sử dụng nhiều năm và bị rò rỉ ở ba điểm. Trong lúc thi công, một bên lề đường được rào lại; xe máy vẫn qua được, ô tô xin đi vòng theo biển hướng dẫn.</p>
<p>Khi có nước trở lại, nước vài phút đầu có thể đục. Bà con nên mở vòi xả cho đến khi nước trong rồi mới dùng để nấu ăn. Hộ có người già yếu, người bệnh cần hỗ trợ nước sinh hoạt, xin báo trước với tổ trưởng tổ dân cư.</p>
<p>Nếu trời mưa lớn, việc thi công dời sang ngày 26/7 với cùng khung giờ. Phường sẽ thông báo trên trang này và qua loa của khu phố.</p>', 'Minh Khôi', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (4, 1, 'Kết quả họp tổ dân cư quý II', 'Các tổ dân cư trong phường đã họp xong kỳ quý II năm 2023 với 862 hộ tham dự. Bà con góp 91 ý kiến, trong đó 64 ý kiến được trả lời ngay tại cuộc họp.', '<p>Các cuộc họp diễn ra vào buổi tối từ ngày 19/6 đến ngày 30/6 tại nhà văn hóa khu phố. Mỗi cuộc họp dành khoảng một nửa thời gian để người dân nêu ý kiến.</p>
<h2>Bà con quan tâm điều gì</h2>
<ul>
<li>Đường hẻm, thoát nước, đèn chiếu sáng: 38 ý kiến.</li>
<li>Rác và vệ sinh môi trường: 27 ý kiến.</li>
<li>An ninh trật tự, tiếng ồn: 15 ý kiến.</li>
<li>Thủ tục hành chính: 11 ý kiến.</li>
</ul>
<p>Còn 27 ý kiến cần kiểm tra thực tế, chủ yếu về thoát nước và đèn đường. UBND phường đã giao bộ phận phụ trách khảo sát từng điểm và sẽ trả lời <strong>trước ngày 31/7</strong>.</p>
<p>Bảng tổng hợp ý kiến và phần trả lời được niêm yết tại nhà văn hóa các khu phố. Bà con chưa dự họp vẫn có thể gửi ý kiến qua tổ trưởng tổ dân cư hoặc ngay dưới bài viết này.</p>', 'Quỳnh Yên', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (5, 1, 'Khởi công nâng cấp đường hẻm 12, khu phố 2', 'Sáng 3/7, phường khởi công nâng cấp đường hẻm 12, khu phố 2 thành đường bê tông dài 180 m. Công trình do Nhà nước và nhân dân cùng làm, dự kiến hoàn thành trước ngày 22/7.', '<p>Mặt đường mới rộng 3,5 m, bê tông dày 15 cm, có mương thoát nước một bên. Hẻm cũ nhiều ổ gà, mùa mưa thường đọng nước trước nhiều nhà.</p>
<p>Tổng kinh phí là 210 triệu đồng, trong đó ngân sách hỗ trợ 147 triệu đồng, 42 hộ trong hẻm đóng góp 63 triệu đồng. Nhiều hộ còn tự dời hàng rào, chậu cây và góp ngày công dọn mặt bằng.</p>
<p>Đường được đổ bê tông từng đoạn, từ ngoài đường chính vào. Đoạn vừa đổ xong xin <strong>không chạy xe lên trong 7 ngày</strong>; bà con gửi xe tại sân nhà văn hóa khu phố 2, có người trông giữ vào ban đêm.</p>
<p>Tổ giám sát cộng đồng của khu phố theo dõi khối lượng, chất lượng hằng ngày và công khai số liệu thu, chi tại nhà văn hóa.</p>', 'Minh Khôi', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (6, 1, '118 đơn vị máu trong ngày hội hiến máu tình nguyện', 'Ngày hội hiến máu tình nguyện tổ chức sáng chủ nhật 18/6 tại hội trường UBND phường đã tiếp nhận 118 đơn vị máu. Cảm ơn tất cả bà con đã đến, kể cả những người chưa đủ điều kiện hiến lần này.', '<p>Có 146 người đăng ký, nhiều nhất là đoàn viên, thanh niên và giáo viên các trường trên địa bàn. Sau khi khám sàng lọc, 118 người đủ điều kiện hiến máu; 28 người được tư vấn sức khỏe và hẹn dịp khác.</p>
<p>Trong số người hiến máu, 31 người hiến lần đầu và 9 người đã hiến từ mười lần trở lên. Ai hiến máu cũng được kiểm tra huyết áp, nhóm máu, nghỉ ngơi và ăn nhẹ trước khi ra về.</p>
<p>Hội Chữ thập đỏ phường lưu ý: trong ngày hiến máu nên uống nhiều nước, không làm việc nặng và không thức khuya. Khoảng cách giữa hai lần hiến máu toàn phần ít nhất là <strong>12 tuần</strong>.</p>
<p>Đợt tiếp theo dự kiến vào tháng 10/2023. Lịch cụ thể sẽ được thông báo trên trang này.</p>', 'Thu Hà', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (7, 1, 'Cùng dọn kênh, trồng cây và phân loại rác ở khu phố 4', 'Sáng chủ nhật 25/6, khoảng 150 người dân khu phố 4 cùng đoàn thanh niên, hội phụ nữ, hội cựu chiến binh dọn sạch 800 m bờ kênh, vớt 2,3 tấn rác và trồng 80 cây xanh.', '<p>Từ 6 giờ sáng, bà con chia thành ba nhóm: nhóm vớt lục bình và rác dưới kênh, nhóm phát cỏ trên bờ, nhóm đào hố trồng cây. Hai chiếc ghe nhỏ được huy động để gom rác ở giữa dòng.</p>
<p>Rác vớt lên được phân loại tại chỗ: chai nhựa và lon giao cho hội phụ nữ bán gây quỹ, lục bình đem ủ phân, phần còn lại xe rác chở đi trong buổi sáng.</p>
<p>Từ tháng 7, khu phố 4 đặt ba điểm thùng rác ba ngăn dọc bờ kênh: ngăn xanh lá cho rác thực phẩm, ngăn vàng cho rác tái chế, ngăn đỏ cho rác còn lại. Mỗi tổ dân cư nhận chăm sóc cây ở một đoạn kênh.</p>
<p>Buổi dọn kênh tiếp theo vào <strong>sáng chủ nhật 30/7</strong>. Mời bà con cùng tham gia, nhớ mang găng tay, đội nón và mang theo nước uống.</p>', 'Minh Khôi', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.article_revisions VALUES (8, 1, 'Bàn hỗ trợ căn cước gắn chip và VNeID tại UBND phường', 'Từ thứ hai 3/7, UBND phường đặt bàn hỗ trợ tại bộ phận một cửa để giúp bà con tìm hiểu thủ tục căn cước công dân gắn chip, cài đặt và sử dụng ứng dụng VNeID. Việc hỗ trợ hoàn toàn miễn phí.', '<p>Bàn hỗ trợ làm việc trong giờ hành chính, từ thứ hai đến thứ sáu. Người cao tuổi, người khuyết tật và phụ nữ mang thai được ưu tiên, không phải lấy số.</p>
<p>Công an phường tiếp nhận hồ sơ đăng ký tài khoản định danh điện tử mức 2. Đoàn viên, thanh niên hướng dẫn cài ứng dụng, kích hoạt tài khoản và xem giấy tờ trên điện thoại.</p>
<h2>Khi đến, bà con mang theo</h2>
<ul>
<li>Căn cước công dân hoặc chứng minh nhân dân đang dùng.</li>
<li>Điện thoại thông minh có số thuê bao đăng ký bằng tên mình.</li>
<li>Thẻ bảo hiểm y tế, giấy phép lái xe nếu muốn tích hợp.</li>
</ul>
<p>Xin lưu ý: cán bộ phường <strong>không gọi điện yêu cầu đọc mã OTP</strong> hay gửi đường dẫn cài ứng dụng. Bà con chỉ cài VNeID từ kho ứng dụng chính thức trên điện thoại.</p>', 'Quỳnh Yên', NULL, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (1, 'published', 'phuong-hiep-ninh-hoi-nghi-trien-khai-ke-hoach-phoi-hop-lien-nganh-lam-cong-tac-dan-van-dot-1-nam-2023', 'Phường Hiệp Ninh: Hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023', 1, 'Sáng 12/7, tại hội trường UBND phường, phường Hiệp Ninh tổ chức hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023. Dự hội nghị có lãnh đạo UBND phường, Khối dân vận phường, Mặt trận Tổ quốc phường cùng đại diện các ban, ngành, đoàn thể và các khu phố.', '<p>Theo kế hoạch, đợt 1 kéo dài 15 ngày, <strong>từ ngày 17/7 đến ngày 31/7/2023</strong>. Đây là dịp các ban, ngành và đoàn thể của phường cùng về khu phố, nghe người dân nói và cùng làm những việc thiết thực, thay vì mỗi đơn vị làm riêng một phần việc.</p>
<p>Trọng tâm của đợt này là các hoạt động nhân kỷ niệm 76 năm Ngày Thương binh - Liệt sĩ (27/7/1947 - 27/7/2023). Phường sẽ thăm hỏi, tặng quà gia đình thương binh, liệt sĩ và người có công; các đoàn thể nhận phần việc dọn dẹp nhà cửa, chăm sóc cây xanh giúp những gia đình chính sách neo đơn.</p>
<p>Cùng với đó, các lực lượng phối hợp thăm hỏi hộ nghèo, hộ cận nghèo và người cao tuổi; vận động bà con giữ gìn vệ sinh đường hẻm, phân loại rác tại nhà; nhắc nhở không lấn chiếm lề đường và cùng giữ an ninh trật tự ở khu dân cư.</p>
<p>Tại hội nghị, Khối dân vận phường thông qua dự thảo kế hoạch và bảng phân công. Đại diện các khu phố góp ý về thời gian, địa điểm và đề nghị gửi danh sách gia đình cần thăm hỏi sớm để việc thăm hỏi không trùng, không sót.</p>
<p>Mặt trận Tổ quốc phường đề nghị mỗi đoàn thể chọn ít nhất một việc cụ thể, làm xong trong đợt và báo lại kết quả cho người dân biết. Những ý kiến ghi nhận tại khu phố được tổng hợp và chuyển đến bộ phận phụ trách để trả lời.</p>
<p>Kết luận hội nghị, lãnh đạo UBND phường đề nghị các đơn vị hoàn thành công tác chuẩn bị trước ngày 17/7, phối hợp chặt chẽ trong suốt đợt và tổng kết, rút kinh nghiệm ngay sau khi kết thúc vào ngày 31/7.</p>', 1, 'Quỳnh Yên', 1, 'Phường Hiệp Ninh: Hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023', 1, 183, '2023-07-12 04:46:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (2, 'published', 'tiem-phong-soi-cho-tre-tai-tram-y-te-phuong', 'Tiêm phòng sởi cho trẻ tại trạm y tế phường', 2, 'Trạm y tế phường tổ chức tiêm phòng sởi miễn phí cho trẻ trong hai buổi sáng 20/7 và 21/7. Phụ huynh vui lòng đưa trẻ đến đúng buổi theo khu phố để không phải chờ lâu.', '<p>Đợt tiêm dành cho trẻ từ 9 tháng tuổi chưa tiêm mũi sởi thứ nhất và trẻ từ 18 tháng tuổi chưa tiêm mũi sởi - rubella. Trẻ đã quá tuổi nhưng còn thiếu mũi vẫn được khám và tiêm bù.</p>
<p>Giờ tiêm từ <strong>7 giờ 30 đến 11 giờ</strong>. Sáng 20/7 (thứ năm) dành cho khu phố 1 và khu phố 2; sáng 21/7 (thứ sáu) dành cho khu phố 3 và khu phố 4. Gia đình bận đúng buổi của mình có thể đến buổi còn lại.</p>
<h2>Phụ huynh cần nhớ</h2>
<ul>
<li>Mang theo sổ tiêm chủng hoặc phiếu tiêm của trẻ.</li>
<li>Cho trẻ ăn nhẹ trước khi tiêm, mặc áo rộng, dễ vén tay.</li>
<li>Báo với cán bộ y tế nếu trẻ đang sốt, đang dùng thuốc hoặc từng bị dị ứng.</li>
<li>Ở lại trạm 30 phút sau khi tiêm để được theo dõi.</li>
</ul>
<p>Về nhà, gia đình tiếp tục theo dõi trẻ ít nhất 24 giờ. Nếu trẻ sốt cao, khó thở, bỏ bú hoặc quấy khóc kéo dài, xin đưa trẻ đến cơ sở y tế gần nhất.</p>
<p>Trẻ đang ốm có thể hoãn tiêm. Trạm y tế sẽ hẹn lại vào ngày tiêm chủng thường xuyên của tháng sau.</p>', 1, 'Thu Hà', 2, 'Trẻ được tiêm phòng sởi miễn phí trong hai buổi sáng 20/7 và 21/7', 1, 0, '2023-07-14 01:20:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (3, 'published', 'lich-cup-nuoc-khu-pho-3-ngay-25-7', 'Lịch cúp nước khu phố 3 ngày 25/7', 3, 'Để thay đoạn ống cấp nước bị rò rỉ, đơn vị cấp nước sẽ tạm ngừng cấp nước tại khu phố 3 từ 8 giờ đến 16 giờ ngày 25/7 (thứ ba). Mong bà con chủ động trữ đủ nước dùng trong ngày.', '<p>Khu vực bị ảnh hưởng gồm các tổ dân cư số 7, 8, 9 và các hẻm nối với đường chính của khu phố 3. Các khu phố còn lại vẫn có nước, nhưng áp lực có thể yếu hơn ngày thường.</p>
<p>Đoạn ống được thay dài khoảng 60 m, đã sử dụng nhiều năm và bị rò rỉ ở ba điểm. Trong lúc thi công, một bên lề đường được rào lại; xe máy vẫn qua được, ô tô xin đi vòng theo biển hướng dẫn.</p>
<p>Khi có nước trở lại, nước vài phút đầu có thể đục. Bà con nên mở vòi xả cho đến khi nước trong rồi mới dùng để nấu ăn. Hộ có người già yếu, người bệnh cần hỗ trợ nước sinh hoạt, xin báo trước với tổ trưởng tổ dân cư.</p>
<p>Nếu trời mưa lớn, việc thi công dời sang ngày 26/7 với cùng khung giờ. Phường sẽ thông báo trên trang này và qua loa của khu phố.</p>', 1, 'Minh Khôi', 3, 'Đoạn ống bị rò rỉ ở khu phố 3 sẽ được thay trong ngày 25/7', 1, 0, '2023-07-13 08:05:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (4, 'published', 'ket-qua-hop-to-dan-cu-quy-ii', 'Kết quả họp tổ dân cư quý II', 3, 'Các tổ dân cư trong phường đã họp xong kỳ quý II năm 2023 với 862 hộ tham dự. Bà con góp 91 ý kiến, trong đó 64 ý kiến được trả lời ngay tại cuộc họp.', '<p>Các cuộc họp diễn ra vào buổi tối từ ngày 19/6 đến ngày 30/6 tại nhà văn hóa khu phố. Mỗi cuộc họp dành khoảng một nửa thời gian để người dân nêu ý kiến.</p>
<h2>Bà con quan tâm điều gì</h2>
<ul>
<li>Đường hẻm, thoát nước, đèn chiếu sáng: 38 ý kiến.</li>
<li>Rác và vệ sinh môi trường: 27 ý kiến.</li>
<li>An ninh trật tự, tiếng ồn: 15 ý kiến.</li>
<li>Thủ tục hành chính: 11 ý kiến.</li>
</ul>
<p>Còn 27 ý kiến cần kiểm tra thực tế, chủ yếu về thoát nước và đèn đường. UBND phường đã giao bộ phận phụ trách khảo sát từng điểm và sẽ trả lời <strong>trước ngày 31/7</strong>.</p>
<p>Bảng tổng hợp ý kiến và phần trả lời được niêm yết tại nhà văn hóa các khu phố. Bà con chưa dự họp vẫn có thể gửi ý kiến qua tổ trưởng tổ dân cư hoặc ngay dưới bài viết này.</p>', 1, 'Quỳnh Yên', 4, 'Bà con góp ý tại một cuộc họp tổ dân cư quý II', 1, 0, '2023-07-06 09:30:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (5, 'published', 'khoi-cong-nang-cap-duong-hem-12-khu-pho-2', 'Khởi công nâng cấp đường hẻm 12, khu phố 2', 5, 'Sáng 3/7, phường khởi công nâng cấp đường hẻm 12, khu phố 2 thành đường bê tông dài 180 m. Công trình do Nhà nước và nhân dân cùng làm, dự kiến hoàn thành trước ngày 22/7.', '<p>Mặt đường mới rộng 3,5 m, bê tông dày 15 cm, có mương thoát nước một bên. Hẻm cũ nhiều ổ gà, mùa mưa thường đọng nước trước nhiều nhà.</p>
<p>Tổng kinh phí là 210 triệu đồng, trong đó ngân sách hỗ trợ 147 triệu đồng, 42 hộ trong hẻm đóng góp 63 triệu đồng. Nhiều hộ còn tự dời hàng rào, chậu cây và góp ngày công dọn mặt bằng.</p>
<p>Đường được đổ bê tông từng đoạn, từ ngoài đường chính vào. Đoạn vừa đổ xong xin <strong>không chạy xe lên trong 7 ngày</strong>; bà con gửi xe tại sân nhà văn hóa khu phố 2, có người trông giữ vào ban đêm.</p>
<p>Tổ giám sát cộng đồng của khu phố theo dõi khối lượng, chất lượng hằng ngày và công khai số liệu thu, chi tại nhà văn hóa.</p>', 1, 'Minh Khôi', 5, 'Đổ bê tông đoạn đầu hẻm 12, khu phố 2', 1, 0, '2023-07-03 02:10:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (6, 'published', '118-don-vi-mau-trong-ngay-hoi-hien-mau-tinh-nguyen', '118 đơn vị máu trong ngày hội hiến máu tình nguyện', 2, 'Ngày hội hiến máu tình nguyện tổ chức sáng chủ nhật 18/6 tại hội trường UBND phường đã tiếp nhận 118 đơn vị máu. Cảm ơn tất cả bà con đã đến, kể cả những người chưa đủ điều kiện hiến lần này.', '<p>Có 146 người đăng ký, nhiều nhất là đoàn viên, thanh niên và giáo viên các trường trên địa bàn. Sau khi khám sàng lọc, 118 người đủ điều kiện hiến máu; 28 người được tư vấn sức khỏe và hẹn dịp khác.</p>
<p>Trong số người hiến máu, 31 người hiến lần đầu và 9 người đã hiến từ mười lần trở lên. Ai hiến máu cũng được kiểm tra huyết áp, nhóm máu, nghỉ ngơi và ăn nhẹ trước khi ra về.</p>
<p>Hội Chữ thập đỏ phường lưu ý: trong ngày hiến máu nên uống nhiều nước, không làm việc nặng và không thức khuya. Khoảng cách giữa hai lần hiến máu toàn phần ít nhất là <strong>12 tuần</strong>.</p>
<p>Đợt tiếp theo dự kiến vào tháng 10/2023. Lịch cụ thể sẽ được thông báo trên trang này.</p>', 1, 'Thu Hà', 6, 'Người dân hiến máu tại hội trường UBND phường sáng 18/6', 1, 0, '2023-06-19 03:00:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (7, 'published', 'cung-don-kenh-trong-cay-va-phan-loai-rac-o-khu-pho-4', 'Cùng dọn kênh, trồng cây và phân loại rác ở khu phố 4', 3, 'Sáng chủ nhật 25/6, khoảng 150 người dân khu phố 4 cùng đoàn thanh niên, hội phụ nữ, hội cựu chiến binh dọn sạch 800 m bờ kênh, vớt 2,3 tấn rác và trồng 80 cây xanh.', '<p>Từ 6 giờ sáng, bà con chia thành ba nhóm: nhóm vớt lục bình và rác dưới kênh, nhóm phát cỏ trên bờ, nhóm đào hố trồng cây. Hai chiếc ghe nhỏ được huy động để gom rác ở giữa dòng.</p>
<p>Rác vớt lên được phân loại tại chỗ: chai nhựa và lon giao cho hội phụ nữ bán gây quỹ, lục bình đem ủ phân, phần còn lại xe rác chở đi trong buổi sáng.</p>
<p>Từ tháng 7, khu phố 4 đặt ba điểm thùng rác ba ngăn dọc bờ kênh: ngăn xanh lá cho rác thực phẩm, ngăn vàng cho rác tái chế, ngăn đỏ cho rác còn lại. Mỗi tổ dân cư nhận chăm sóc cây ở một đoạn kênh.</p>
<p>Buổi dọn kênh tiếp theo vào <strong>sáng chủ nhật 30/7</strong>. Mời bà con cùng tham gia, nhớ mang găng tay, đội nón và mang theo nước uống.</p>', 1, 'Minh Khôi', 7, 'Người dân khu phố 4 dọn kênh và trồng cây sáng 25/6', 1, 0, '2023-06-26 00:45:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.articles OVERRIDING SYSTEM VALUE VALUES (8, 'published', 'ban-ho-tro-can-cuoc-gan-chip-va-vneid-tai-ubnd-phuong', 'Bàn hỗ trợ căn cước gắn chip và VNeID tại UBND phường', 8, 'Từ thứ hai 3/7, UBND phường đặt bàn hỗ trợ tại bộ phận một cửa để giúp bà con tìm hiểu thủ tục căn cước công dân gắn chip, cài đặt và sử dụng ứng dụng VNeID. Việc hỗ trợ hoàn toàn miễn phí.', '<p>Bàn hỗ trợ làm việc trong giờ hành chính, từ thứ hai đến thứ sáu. Người cao tuổi, người khuyết tật và phụ nữ mang thai được ưu tiên, không phải lấy số.</p>
<p>Công an phường tiếp nhận hồ sơ đăng ký tài khoản định danh điện tử mức 2. Đoàn viên, thanh niên hướng dẫn cài ứng dụng, kích hoạt tài khoản và xem giấy tờ trên điện thoại.</p>
<h2>Khi đến, bà con mang theo</h2>
<ul>
<li>Căn cước công dân hoặc chứng minh nhân dân đang dùng.</li>
<li>Điện thoại thông minh có số thuê bao đăng ký bằng tên mình.</li>
<li>Thẻ bảo hiểm y tế, giấy phép lái xe nếu muốn tích hợp.</li>
</ul>
<p>Xin lưu ý: cán bộ phường <strong>không gọi điện yêu cầu đọc mã OTP</strong> hay gửi đường dẫn cài ứng dụng. Bà con chỉ cài VNeID từ kho ứng dụng chính thức trên điện thoại.</p>', 1, 'Quỳnh Yên', 8, 'Đoàn viên hướng dẫn người cao tuổi sử dụng VNeID tại bộ phận một cửa', 1, 0, '2023-06-30 07:00:00+00', NULL, '2026-11-25 22:18:38.72512+00', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.audit VALUES (1, '2026-11-25 22:18:59.06591+00', NULL, 'change-setting', 'setting', NULL, '{"key":"statistics.carried_visits"}', NULL, '\x0000000000000000000000000000000000000000000000000000000000000000', '\xc9588f1cdf47218ebca8f9613cd0cfeb33da0ff9d1df89e25dcddee2c0564c6d');
INSERT INTO public.audit VALUES (2, '2026-11-25 22:18:59.115047+00', NULL, 'create-account', 'account', 1, '{"role":"moderator"}', NULL, '\xc9588f1cdf47218ebca8f9613cd0cfeb33da0ff9d1df89e25dcddee2c0564c6d', '\x8e432acdb196c62244a7e069c36938064618b96cb4bdc7c65706961a391f7e4b');
INSERT INTO public.audit VALUES (3, '2026-11-25 22:18:59.125627+00', NULL, 'create-account', 'account', 2, '{"role":"administrator"}', NULL, '\x8e432acdb196c62244a7e069c36938064618b96cb4bdc7c65706961a391f7e4b', '\xc8ade24d0c4f6b8437c5cbd33130deb42063df8416160ad1fa7f73da54843c6e');
INSERT INTO public.audit_key VALUES (true, '\x7caf220f173d10874bc08d4f55d70b5980dbf74920e7a5f9fd67837fe2f1c204');
INSERT INTO public.blocked_visitors VALUES ('\x18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4', '2026-11-25 22:18:59.187761+00');
INSERT INTO public.categories OVERRIDING SYSTEM VALUE VALUES (1, 'tin-hoat-dong', 'Tin hoạt động', 1, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.categories OVERRIDING SYSTEM VALUE VALUES (5, 'do-thi', 'Đô thị', 4, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.categories OVERRIDING SYSTEM VALUE VALUES (2, 'y-te', 'Y tế', 2, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.categories OVERRIDING SYSTEM VALUE VALUES (3, 'khu-pho', 'Khu phố', 3, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.categories OVERRIDING SYSTEM VALUE VALUES (8, 'hanh-chinh', 'Hành chính', 5, '2026-11-25 22:18:38.72512+00');
INSERT INTO public.closures VALUES (8, true, false, 'Đã hết hạn góp ý.', '2026-11-25 22:18:59.183741+00');
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('published', 1);
INSERT INTO public.comment_state_deltas VALUES ('pending', 1);
INSERT INTO public.comment_totals VALUES (1, 0, 0);
INSERT INTO public.comment_totals VALUES (2, 3, 3);
INSERT INTO public.comment_totals VALUES (3, 0, 0);
INSERT INTO public.comment_totals VALUES (4, 0, 0);
INSERT INTO public.comment_totals VALUES (5, 27, 27);
INSERT INTO public.comment_totals VALUES (6, 0, 0);
INSERT INTO public.comment_totals VALUES (7, 3, 3);
INSERT INTO public.comment_totals VALUES (8, 0, 0);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (1, 2, NULL, '\x7c57d9adc1eaad7e066abdd922514ac9704e5f8efb94c57e5649c57910158462', 'Trần Thị Bích', NULL, 'Cháu nhà tôi 20 tháng, mới tiêm mũi đầu lúc 10 tháng thì đợt này có tiêm được không ạ?', '\xd43dec7a3c3f4fcfcf08333e2b23c082c9e621ca891ade3cae4488e5efb17ce7', DEFAULT, 'published', NULL, 2, 1, false, '[]', '[]', NULL, '\x95b3a36494654031a06f52cdddc8e8c6', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-14 02:55:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-14 02:55:00+00', '2023-07-14 02:55:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (2, 2, NULL, '\xb5f923ed51c30f548737224511298108feddb98d2bc3b13360c0022225b11de5', 'Lê Hoàng Nam', NULL, 'Cảm ơn trạm đã chia buổi theo khu phố, lần trước đông quá các cháu phải chờ lâu.', '\x44ffdbeb6a970d3c146354a5621a2e04a3ad5d4386d19544e9e93ab29bc16d98', DEFAULT, 'published', NULL, 2, 2, false, '[]', '[]', NULL, '\xf9b389e9ef2949f0a51db33a3e6906fc', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-14 08:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-14 08:10:00+00', '2023-07-14 08:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (3, 2, NULL, '\x100fc27563f7ddef53b76c8f3137ffeaf68a030bb98c38d7cb86f2b0ab241c68', 'Phạm Ngọc Diễm', NULL, 'Sổ tiêm của bé nhà em bị thất lạc.
Em mang phiếu tiêm ở nơi cũ lên thì có cần bản gốc không ạ? Em cảm ơn.', '\x45df778f1b69bab5b378ed4781e63776704588cb25a1dedc324c6827900a135b', DEFAULT, 'published', NULL, 2, 3, false, '[]', '[]', NULL, '\x02b1644e2f17481996b4934db02e0399', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-15 04:30:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-15 04:30:00+00', '2023-07-15 04:30:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (4, 5, NULL, '\x7cb6feca4a8be7ba0e93ec0a36c9ed7ca52238dbaf5a5de5e8ac617ef63f8300', 'Nguyễn Văn Đức', NULL, 'Mừng quá, chờ con đường này mấy năm nay rồi.', '\xd6d37794a212cb73250a7399f07c4d6e495a449daedf1a14b0e0f1cd7a49215d', DEFAULT, 'published', NULL, 2, 1, false, '[]', '[]', NULL, '\x4b04cb85aab94aa187dda25bd74de28d', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 02:34:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 02:34:00+00', '2023-07-03 02:34:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (5, 5, NULL, '\x9a331a7f4c9ad2f1021873276535c675ae03d10fcf6f1df415eb4e4b191652a4', 'Trần Thị Mai', NULL, 'Cảm ơn phường và bà con trong hẻm đã đồng lòng.', '\x4bd817c1e58565f4cb74321c237b90e3bd96823cff6fa8322ad04c2687e6517c', DEFAULT, 'published', NULL, 2, 2, false, '[]', '[]', NULL, '\xdf6f7cedd27f41c582cb952be270943a', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 02:51:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 02:51:00+00', '2023-07-03 02:51:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (6, 5, NULL, '\xd90aa3445507db4b938a0f4187fe956227a21aae7ff7569f2b1baeaf9fee7c58', 'Võ Thành Long', NULL, 'Cho tôi hỏi đoạn cuối hẻm khoảng ngày nào thì đổ bê tông ạ?', '\xcf6e3be86adf7140849e93fdbcb65c5ad5962aafbc36fa8d7488a189264b4d66', DEFAULT, 'published', NULL, 2, 3, false, '[]', '[]', NULL, '\xb1b3b61af7f348348c2d58028cdfe813', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 03:08:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 03:08:00+00', '2023-07-03 03:08:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (7, 5, NULL, '\x30d34b5d3210bcc4edc3e7fa13eb814cbd8af17ba509ed0c4d1695fe2a9b68f8', 'Huỳnh Thị Kim Loan', NULL, 'Nhà tôi buôn bán, xin báo trước một ngày để còn dời hàng.', '\xa0103fd51fdfd56b4ef0abb5489c058c1563396846fb82952f0a2d1b9c25246a', DEFAULT, 'published', NULL, 2, 4, false, '[]', '[]', NULL, '\x8c193795e646438386d2ee8707b0550b', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 03:27:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 03:27:00+00', '2023-07-03 03:27:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (8, 5, NULL, '\xcc55e04a7c3855dab48fdf9db086f2e75ca5e41e3da1580cc5fe0daa89371c82', 'Lê Minh Tuấn', NULL, 'Sáng nay đi ngang thấy anh em làm nhanh, gọn. Rất đáng khen.', '\x215432255de4c80bcebfb918e22a6cc6ecfdfff4d50efac54ba65185ed26da0d', DEFAULT, 'published', NULL, 2, 5, false, '[]', '[]', NULL, '\x5cfa7efb936241e4b87b8934cba2128f', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 03:52:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 03:52:00+00', '2023-07-03 03:52:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (9, 5, NULL, '\x8e23168cc1dbd651456fe68c783d59694f71a762da29c15ff78594d13f992727', 'Phan Thị Hồng Nhung', NULL, 'Mương thoát nước nằm bên nào vậy ạ?', '\x8f0f09ca07c6e549ae0af3f007a1edecf46f19f382b4e36d7dba6f49cbd07bc2', DEFAULT, 'published', NULL, 2, 6, false, '[]', '[]', NULL, '\x4fe2c421da4f450faee11ba628e49bd5', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 04:20:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 04:20:00+00', '2023-07-03 04:20:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (10, 5, NULL, '\xdd249c815791cf4b535afaf0d12c5283b9f8db596364e1591f78f3f9d3c4b6ad', 'Đặng Quốc Bảo', NULL, 'Làm mương thoát nước nhớ có nắp đậy để trẻ con chạy chơi cho an toàn.', '\xeb07c78c373ff0635c1bf5d546813455ae5dd731e99a4df7f6b0ee7703c22364', DEFAULT, 'published', NULL, 2, 7, false, '[]', '[]', NULL, '\x5620635a07ed4e33acd788fc743c3b36', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 04:56:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 04:56:00+00', '2023-07-03 04:56:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (11, 5, NULL, '\xa6b7c0fe092cc636aa99e13f859f356c21bf31b09112b65e779ef15e0ce753a9', 'Bùi Thị Thanh Thúy', NULL, 'Mong làm kịp trước mùa mưa lớn.', '\xb99bfb6cbf0d264d24d6cad713d6a61602b02f532da0aac670dd242736e3a4cc', DEFAULT, 'published', NULL, 2, 8, false, '[]', '[]', NULL, '\x0f93d404a7c34c079c2063e3ea2bd44e', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 05:35:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 05:35:00+00', '2023-07-03 05:35:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (12, 5, NULL, '\xa2438823cd6b00c66151905e5dea7d2074924dbff8e63d8181d94a695b37cd20', 'Ngô Hữu Phước', NULL, 'Gửi xe ở nhà văn hóa có phải đóng phí không ạ?', '\xcd3d94ab7367860cb6a1192ccf90989d300ef88308c7311acf4f45a9b1dc7f77', DEFAULT, 'published', NULL, 2, 9, false, '[]', '[]', NULL, '\x83edb8d06f834e609a79bcb8cf784f61', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 06:21:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 06:21:00+00', '2023-07-03 06:21:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (13, 5, NULL, '\xff6925449da4788148195d2f20cf6e34808dfd7673bfbc00d2f6a84735823352', 'Trương Thị Ánh Tuyết', NULL, 'Nhà có ông cụ đi xe lăn, không biết lúc thi công có lối đi tạm không?
Nhờ khu phố xem giúp.', '\x04eb5f4e3df755bf71095a4ee24cb43e4ba0b42d34a9a0641ebc390c95c03ca3', DEFAULT, 'published', NULL, 2, 10, false, '[]', '[]', NULL, '\x340f48a27a594ba7aaa9aae25bb2bc46', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 07:28:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 07:28:00+00', '2023-07-03 07:28:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (14, 5, NULL, '\xd08974335533b498226aaba553d55a6f42e42026362d489f1fa5091aadb572cc', 'Phạm Văn Hải', NULL, 'Hẻm 20 bên cạnh cũng nhiều ổ gà lắm, mong sớm tới lượt.', '\x45e2ae097696c8a633dd8fd259d875056a3ac59df1d8ce6dc32454bd01740ff1', DEFAULT, 'published', NULL, 2, 11, false, '[]', '[]', NULL, '\x9306180ca2d24435b675d4cde807f17d', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 08:40:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 08:40:00+00', '2023-07-03 08:40:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (15, 5, NULL, '\x9fb241c84eb60ff511a71da305107efc5ae1f4bfac8a03a9aec6efee76d21537', 'Lý Thị Ngọc Hân', NULL, 'Số liệu thu, chi dán ở nhà văn hóa rõ ràng, dễ xem.', '\xb82b6a8495781a8e776368ba6d508a0eeb5d4a45e668d9566c1f18c0ac413f59', DEFAULT, 'published', NULL, 2, 12, false, '[]', '[]', NULL, '\x7a088ee86a774e3a8f41cba5165a0f11', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 09:45:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 09:45:00+00', '2023-07-03 09:45:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (16, 5, NULL, '\xd480d3ed67d449fe3ee8a28186f5077c8832d6437f16211bbaf3bd46f2769fd0', 'Đỗ Anh Khoa', NULL, 'Em là sinh viên, cuối tuần rảnh. Cần người dọn mặt bằng xin nhắn tổ trưởng, em tham gia.', '\x10363fea39c11344569a1d9c761d07705fca711890b1d20577ab6d0df4f79c34', DEFAULT, 'published', NULL, 2, 13, false, '[]', '[]', NULL, '\xb7dda5e53f364e2da9dc0afffbfc84c5', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 11:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 11:10:00+00', '2023-07-03 11:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (17, 5, NULL, '\x62a34b83fa716dd219ceded06079b7741d3e079fc680ca13e4c5be3022646e93', 'Nguyễn Thị Lệ Hằng', NULL, 'Bê tông dày 15 cm thì xe tải nhỏ vào được không ạ?', '\x9448936b1141fc3d41e401d123158ae267818a5dbab106fcc498d78d106e5668', DEFAULT, 'published', NULL, 2, 14, false, '[]', '[]', NULL, '\xfa62bcada413483a8371cc0e7f509b48', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 13:52:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 13:52:00+00', '2023-07-03 13:52:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (18, 5, NULL, '\xd44ba126b4ff8639b99b4c1cf657e9a72b87d6c702af14aafd379aef67bb0cb8', 'Hồ Văn Sáu', NULL, 'Tôi góp hai ngày công rồi, tuần sau góp tiếp.', '\x009b9de099e8437f1dec8f68dc949b238f794afdfac257c5a64a9a4dd3abd86f', DEFAULT, 'published', NULL, 2, 15, false, '[]', '[]', NULL, '\x3fa01373da81405db38707157370cefc', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 15:20:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 15:20:00+00', '2023-07-03 15:20:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (19, 5, NULL, '\x3a772510f8ab99cc5674dc2b02d28d0c8fff47c27fa4a9e14a37eae4d8fca41a', 'Mai Thị Phương', NULL, 'Xin đừng trộn bê tông giờ nghỉ trưa, nhà có cháu nhỏ. Cảm ơn anh em.', '\x4406694699bf290ab231dacb9dad07d953c815aff6ec596a6bfedddf2e2d6713', DEFAULT, 'published', NULL, 2, 16, false, '[]', '[]', NULL, '\x70fc54ae95fd44a68580fa0574d5eea6', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-03 23:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-03 23:10:00+00', '2023-07-03 23:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (20, 5, NULL, '\x1d65921e76669c00233ee1a1c8fa97fe93678da29d8a142c12d07330a654682d', 'Cao Minh Trí', NULL, 'Có tranh thủ lắp thêm đèn đường luôn không ạ? Cuối hẻm hơi tối.', '\x94d174596ad87071a1a00173df9bfdae5507b28bd1d00438a0fd06f238a75ccf', DEFAULT, 'published', NULL, 2, 17, false, '[]', '[]', NULL, '\x5872f67f25c347b7b63677c0ca895939', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-04 03:00:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-04 03:00:00+00', '2023-07-04 03:00:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (21, 5, NULL, '\x5be43739b20398a3df207c58c9768b31df9f4cf66adc13793d0f2b4ff42e9d96', 'Tạ Thị Thu Vân', NULL, 'Chiều nay mưa, đoạn mới đổ được che bạt cẩn thận. Yên tâm.', '\x2438813e885846d3a5f5ad321c7b3670a23db24ed08703a87ffbb364977597f1', DEFAULT, 'published', NULL, 2, 18, false, '[]', '[]', NULL, '\x9f3d67d5711d4a29bc20593ba09334a7', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-04 11:40:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-04 11:40:00+00', '2023-07-04 11:40:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (22, 5, NULL, '\x9413a1faf6855385d77299b8345f7d339b9c27978554d3099e40f8fbe193c604', 'Dương Văn Hòa', NULL, 'Tổ giám sát cộng đồng làm việc rất trách nhiệm.', '\xfea3093f7bcf4bca342719296b4e0efd158f39c573ddec51af881c2023297d1a', DEFAULT, 'published', NULL, 2, 19, false, '[]', '[]', NULL, '\xbefed86a17ea4dd7abf82ba400622f5e', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-05 00:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-05 00:10:00+00', '2023-07-05 00:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (23, 5, NULL, '\xf8aa10291a52fd4fe85d52685caae314aee0f22594d486e870ee6a6cf5fe5e4f', 'Lâm Thị Cẩm Tú', NULL, 'Đã có ai biết ngày nào xe rác vào lại hẻm chưa ạ?', '\x2729d5dff6d81e97443fb2e3ee8444da61e6a1dc4b4b8b5226c19ba561af4dfd', DEFAULT, 'published', NULL, 2, 20, false, '[]', '[]', NULL, '\xda5d12bb99a74e389f38fc8146ab9835', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-05 02:20:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-05 02:20:00+00', '2023-07-05 02:20:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (24, 5, NULL, '\x7fa9be2c5c85bed694584737610d39e42f408c0697d7d06014c5a978dcf9260e', 'Vũ Đình Thắng', NULL, 'Đề nghị đặt biển báo ở đầu hẻm, tối qua có xe chạy nhầm vào.', '\xa290e6e932f4792794152cc7536e666ca059378d26b259c25f7c8beb6412be61', DEFAULT, 'published', NULL, 2, 21, false, '[]', '[]', NULL, '\x450d0de89e9943e88a814e6c5d48b73a', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-05 09:45:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-05 09:45:00+00', '2023-07-05 09:45:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (25, 5, NULL, '\x202f1b9f091385345ab85c68cf108bf03c69358ba8a7bffb40cc38d2f71bcf53', 'Châu Thị Mỹ Duyên', NULL, 'Đi bộ qua đoạn đầu thấy phẳng lắm, rất thích.', '\xf1ab198846722b061510f2f932213c880ba3ab53f4c290f8b563b35c6fe3ea69', DEFAULT, 'published', NULL, 2, 22, false, '[]', '[]', NULL, '\x1397833cf89943b2b7b441bbde90a65e', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-05 22:50:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-05 22:50:00+00', '2023-07-05 22:50:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (26, 5, NULL, '\x31f2985f293e568371fc49b3a040f29ac86aacaf0b2a8929c5fa38c0d0ff966d', 'Nguyễn Hoàng Phúc', NULL, 'Cho hỏi đã đi xe máy được đoạn đầu chưa ạ?', '\x8dcce3c19b5a481b3684fcdd29737056cbda00ad5d73fa0948d5adb26032d4c9', DEFAULT, 'published', NULL, 2, 23, false, '[]', '[]', NULL, '\x9fda1001a21440569c2aac9e6a6f6ae0', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-07 01:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-07 01:10:00+00', '2023-07-07 01:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (27, 5, NULL, '\xe811a72d2d84f288af24b71f28f1a76041681d036543a7e532115a320b07f42b', 'Trịnh Thị Bạch Yến', NULL, 'Cháu tôi đi bộ ra đầu hẻm hết lấm bùn rồi. Cảm ơn mọi người.', '\x2898bba448d6633a098f872939a17a084757360f1a21764a1683882693c78cd4', DEFAULT, 'published', NULL, 2, 24, false, '[]', '[]', NULL, '\xd7e125155c834f37b90867efd445799d', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-08 02:25:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-08 02:25:00+00', '2023-07-08 02:25:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (28, 5, NULL, '\x30c9665a6a746dde78d4d3680de2312907beb73932f3e04321ce45aea7ae62ae', 'Kiều Văn Tâm', NULL, 'Đề nghị trồng lại mấy cây bông giấy ở đầu hẻm sau khi làm xong.', '\xe81c7ae3a69deb97b8c53f17b8bb61ae53cbbdafaa0e88fb0e8e5aeb1860947d', DEFAULT, 'published', NULL, 2, 25, false, '[]', '[]', NULL, '\x56403d18c6914394b2f214712a1d4685', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-09 02:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-09 02:10:00+00', '2023-07-09 02:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (29, 5, NULL, '\x1bc3fcc20c391b964325943105721de10681b4f9a176943e918fdec8bce56251', 'Đinh Thị Xuân', NULL, 'Làm xong nhớ bảo nhau giữ sạch, đừng đổ vật liệu ra đường nữa.', '\xfc5334f803ff6ef1abb4460446e1b570490e305f5b942d8abe334e0acea34c0a', DEFAULT, 'published', NULL, 2, 26, false, '[]', '[]', NULL, '\x289d106d931e448ba0809ba9771548f8', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-10 02:20:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-10 02:20:00+00', '2023-07-10 02:20:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (30, 5, NULL, '\xea2beb20d529119dfad0c1760d4000ccd711bab2267850142062a17c5e415cea', 'Phùng Gia Huy', NULL, 'Tiến độ tốt, hy vọng xong trước ngày 22/7 như thông báo.', '\xb37545cbba7ffeb0ef9708571de9f50bbd8748fb888b285608c6284e7ed35d79', DEFAULT, 'published', NULL, 2, 27, false, '[]', '[]', NULL, '\xf2b4404ad26c4d9ba7a20e4e2967314c', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-07-12 01:10:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-07-12 01:10:00+00', '2023-07-12 01:10:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (31, 7, NULL, '\xc4e1847615d4d1fbad325578751bd4bb98623162b8b51d10766bb4465962b07b', 'Nguyễn Thị Tuyết Nga', NULL, 'Sáng hôm qua vui lắm, cả nhà tôi cùng ra dọn.
Cây mới trồng trước nhà văn hóa hơi nghiêng, ai tiện ghé buộc thêm cọc giúp nhé.', '\xa389e52270e2e56e813149c497b88e39ce1f669ead021ea19e4daf25d6914a89', DEFAULT, 'published', NULL, 2, 1, false, '[]', '[]', NULL, '\x37e4de5e420a4d46836eb781bc6b7088', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-06-26 01:57:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-06-26 01:57:00+00', '2023-06-26 01:57:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (32, 7, 31, '\xf213e826801b24c5ce9e79bae5abc177c4bf9992da158d5e30badffdf7210d80', 'Trần Quốc Việt', NULL, 'Chiều nay cháu đi làm về ghé buộc lại, cô yên tâm ạ.', '\x40ecf2e55654677aecf0aefd2dd506911e933238c3061e2b6b608b6288dfea01', DEFAULT, 'published', NULL, 2, 2, false, '[]', '[]', NULL, '\x5e93ff727858422caee576ad8f460b94', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-06-26 02:53:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-06-26 02:53:00+00', '2023-06-26 02:53:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (33, 7, 31, '\xd5d4e6e2b6c5ff48c9c0184952b0da63791bb48182d01d769239c25b95f52825', 'Nguyễn Thị Tuyết Nga', NULL, 'Cảm ơn cháu nhiều. Cô có sẵn cọc tre ở nhà, cháu cứ ghé lấy.', '\x86db547df917aab528f08b8a6433e34154ebd50aed380214e9bb7f82b250507d', DEFAULT, 'published', NULL, 2, 3, false, '[]', '[]', NULL, '\xf65f056f9d2b48269c011cf4733ad652', NULL, NULL, 'carried-over', '2026-11-25 22:18:38.72512+00', '2023-06-26 03:16:00+00', '2026-11-25 22:18:38.72512+00', NULL, NULL, '2023-06-26 03:16:00+00', '2023-06-26 03:16:00+00', NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.comments OVERRIDING SYSTEM VALUE VALUES (34, 1, NULL, '\xca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', 'Nguyễn Văn Mẫu', NULL, 'Ý kiến đang chờ duyệt.', '\x2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', DEFAULT, 'pending', NULL, 1, NULL, false, '[]', '[]', NULL, '\xf20dcafd6a634443beae07c8ecbc7845', '\x01010101010101010101010101010101', '\xacac86c0e609ca906f632b0e2dacccb2b77d22b0621f20ebece1a4835b93f6f0', 'carried-over', '2026-11-25 22:18:59.166223+00', '2026-11-25 22:18:59.166223+00', '2026-11-25 22:18:59.166223+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, 0, NULL, DEFAULT, DEFAULT);
INSERT INTO public.consent_texts VALUES ('carried-over', 'Carried over from another site.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (1, 'Tranh vẽ một hội trường: người dự ngồi theo hàng ghế, nhìn từ phía sau; trên sân khấu, một phụ nữ mặc áo dài vàng phát biểu ở bục, ba người ngồi bàn chủ trì trước phông màn đỏ có quốc kỳ.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (2, 'Tranh vẽ một cô y tá mặc áo trắng đang tiêm vào cánh tay một bé gái ngồi trong lòng mẹ. Bên cạnh là bàn có thùng giữ lạnh vắc-xin; phía sau là trạm y tế có dấu thập xanh và các gia đình đang chờ.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (3, 'Tranh vẽ hai công nhân đội mũ bảo hộ đang sửa ống nước dưới rãnh đào trên đường, nước phun lên từ chỗ vỡ. Bên phải, một người phụ nữ hứng nước từ vòi vào xô trước nhà; phía sau là dãy nhà phố và cột điện.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (4, 'Tranh vẽ buổi tối ở nhà văn hóa khu phố sáng đèn: bà con ngồi ghế nhựa quanh chiếc bàn có ấm trà, một người đàn ông đứng đọc tờ giấy, một phụ nữ giơ tay xin phát biểu.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (5, 'Tranh vẽ một con hẻm nhìn thẳng vào sâu, hai bên là nhà ống nhiều màu. Công nhân cào phẳng bê tông mới đổ, một người đẩy xe rùa, máy trộn đặt bên trái; một bà đội nón lá bưng nước mời mọi người.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (6, 'Tranh vẽ một thanh niên áo xanh nằm trên ghế hiến máu, tay nắm quả bóng nhỏ, ống dẫn nối xuống túi máu treo dưới ghế; một nữ nhân viên y tế đứng bên cạnh theo dõi. Trên tường có hình giọt máu đỏ lớn, phía sau là những người khác đang hiến máu và chờ đến lượt.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (7, 'Tranh vẽ một con kênh chảy chéo qua khu dân cư. Hai người đội nón lá chèo ghe vớt rác; trên bờ, một thanh niên trồng cây non, một bé gái tưới nước, một phụ nữ bỏ chai nhựa vào dãy ba thùng rác xanh, vàng, đỏ.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.pictures OVERRIDING SYSTEM VALUE VALUES (8, 'Tranh vẽ quầy tiếp dân của phường: một bà tóc bạc cầm điện thoại, bạn thanh niên áo xanh đứng cạnh chỉ cách bấm; hai cán bộ làm việc sau quầy, trên quầy có thẻ căn cước gắn chip, máy đọc vân tay và máy tính; phía sau có người ngồi chờ.', '2026-11-25 22:18:38.72512+00');
INSERT INTO public.rating_totals VALUES (1, 122, 26, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (2, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (3, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (4, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (5, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (6, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (7, 0, 0, 0, 0, 0);
INSERT INTO public.rating_totals VALUES (8, 0, 0, 0, 0, 0);
INSERT INTO public.reports VALUES (33, '\x2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6', 'insult', 'nói xấu', '2026-11-25 22:18:59.179618+00', false);
INSERT INTO public.sessions OVERRIDING SYSTEM VALUE VALUES ('\x043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89', 1, 1, '{"account": 1}', 'Chrome, Android', '2026-11-25 22:18:59.190409+00', '2026-11-25 22:18:59.190409+00', '2026-11-25 22:48:59.190409+00');
INSERT INTO public.settings VALUES ('statistics.carried_visits', '194104', '2026-11-25 22:18:59.063017+00');
INSERT INTO public.settings VALUES ('site.name', 'Phường Mẫu', '2026-11-25 22:18:59.151641+00');
INSERT INTO public.terms VALUES ('từ mẫu', '2026-11-25 22:18:59.18859+00');
INSERT INTO public.votes VALUES (1, '\xca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', 5, 'counted', '2026-11-25 22:18:59.162429+00', '2026-11-25 22:18:59.162429+00');
INSERT INTO public.votes VALUES (1, '\x3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d', 2, 'suspicious', '2026-11-25 22:18:59.162429+00', '2026-11-25 22:18:59.162429+00');
SELECT pg_catalog.setval('public.accounts_id_seq', 2, true);
SELECT pg_catalog.setval('public.articles_id_seq', 8, true);
SELECT pg_catalog.setval('public.categories_id_seq', 8, true);
SELECT pg_catalog.setval('public.comments_id_seq', 34, true);
SELECT pg_catalog.setval('public.pictures_id_seq', 8, true);
SELECT pg_catalog.setval('public.sessions_number_seq', 1, true);
ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_link_once UNIQUE (account_id);
ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT account_username_taken UNIQUE (username);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.article_revisions
    ADD CONSTRAINT article_revisions_pkey PRIMARY KEY (article_id, revision);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_key
    ADD CONSTRAINT audit_key_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.blocked_visitors
    ADD CONSTRAINT blocked_visitors_pkey PRIMARY KEY (visitor);
ALTER TABLE ONLY public.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.categories
    ADD CONSTRAINT category_slug_taken UNIQUE (slug);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT closure_once UNIQUE NULLS NOT DISTINCT (article_id);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comment_link UNIQUE (link_hash);
ALTER TABLE ONLY public.comment_totals
    ADD CONSTRAINT comment_totals_pkey PRIMARY KEY (article_id);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_id_article_id_is_reply_key UNIQUE (id, article_id, is_reply);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.consent_texts
    ADD CONSTRAINT consent_texts_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.form_refusals
    ADD CONSTRAINT form_refusals_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.imported_term_lists
    ADD CONSTRAINT imported_term_lists_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.picture_files
    ADD CONSTRAINT picture_files_pkey PRIMARY KEY (picture_id, width, format);
ALTER TABLE ONLY public.pictures
    ADD CONSTRAINT pictures_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.rating_totals
    ADD CONSTRAINT rating_totals_pkey PRIMARY KEY (article_id);
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, code_hash);
ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (comment_id, visitor);
ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.secret_keys
    ADD CONSTRAINT secret_keys_pkey PRIMARY KEY (purpose, version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT session_number UNIQUE (number);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (term);
ALTER TABLE ONLY public.traffic_days
    ADD CONSTRAINT traffic_days_pkey PRIMARY KEY (page, day);
ALTER TABLE ONLY public.traffic_hours
    ADD CONSTRAINT traffic_hours_pkey PRIMARY KEY (hour);
ALTER TABLE ONLY public.traffic_totals
    ADD CONSTRAINT traffic_totals_pkey PRIMARY KEY (page);
ALTER TABLE ONLY public.visit_keys
    ADD CONSTRAINT visit_keys_pkey PRIMARY KEY (day);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (day, page, visitor, began);
ALTER TABLE ONLY public.votes
    ADD CONSTRAINT votes_pkey PRIMARY KEY (article_id, visitor);
CREATE INDEX articles_category ON public.articles USING btree (category_id);
CREATE INDEX articles_public ON public.articles USING btree (published_at DESC, id DESC) WHERE (state = ANY (ARRAY['scheduled'::public.article_state, 'published'::public.article_state]));
CREATE INDEX audit_account ON public.audit USING btree (account_id, number);
CREATE INDEX audit_action ON public.audit USING btree (action, number);
CREATE INDEX audit_subject ON public.audit USING btree (subject, subject_id, number);
CREATE INDEX comments_age ON public.comments USING btree (kept_from) WHERE (state = 'published'::public.comment_state);
CREATE INDEX comments_changed ON public.comments USING btree (article_id, revision DESC) WHERE (revision IS NOT NULL);
CREATE INDEX comments_decided ON public.comments USING btree (state, decided_at DESC, id DESC);
CREATE INDEX comments_own ON public.comments USING btree (visitor, article_id, created_at);
CREATE INDEX comments_reasons ON public.comments USING gin (reasons jsonb_path_ops) WHERE (state = ANY (ARRAY['pending'::public.comment_state, 'blocked'::public.comment_state]));
CREATE INDEX comments_repeated ON public.comments USING btree (article_id, body_hash, created_at);
CREATE INDEX comments_replies ON public.comments USING btree (parent_id, id) WHERE (parent_id IS NOT NULL);
CREATE INDEX comments_reported ON public.comments USING btree (reported_at, id) WHERE ((state = 'published'::public.comment_state) AND (reported_at IS NOT NULL));
CREATE INDEX comments_shown ON public.comments USING btree (article_id, id DESC) WHERE ((state = 'published'::public.comment_state) AND (parent_id IS NULL));
CREATE INDEX comments_to_notify ON public.comments USING btree (decided_at) WHERE (notify AND (notified_at IS NULL));
CREATE INDEX comments_waiting ON public.comments USING btree (state, id) INCLUDE (version);
CREATE INDEX comments_written ON public.comments USING btree (visitor, state);
CREATE INDEX form_refusals_age ON public.form_refusals USING btree (created_at);
CREATE INDEX form_refusals_visitor ON public.form_refusals USING btree (visitor) WHERE (visitor IS NOT NULL);
CREATE INDEX picture_files_hash ON public.picture_files USING btree (hash);
CREATE INDEX presence_comment ON public.presence USING btree (comment_id);
CREATE INDEX reports_age ON public.reports USING btree (created_at) WHERE (NOT anonymised);
CREATE INDEX reports_visitor ON public.reports USING btree (visitor);
CREATE INDEX sessions_account ON public.sessions USING btree (account_id);
CREATE INDEX sessions_expired ON public.sessions USING btree (expires_at);
CREATE INDEX traffic_days_most_read ON public.traffic_days USING btree (day) WHERE (page > 0);
CREATE INDEX visits_now ON public.visits USING btree (ended) WHERE (page = 0);
CREATE INDEX votes_age ON public.votes USING btree (updated_at);
CREATE INDEX votes_suspicious ON public.votes USING btree (article_id, updated_at) WHERE (state = 'suspicious'::public.vote_state);
CREATE INDEX votes_visitor ON public.votes USING btree (visitor);
CREATE TRIGGER audit_immutable BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_change();
CREATE TRIGGER audit_immutable_whole BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_change();
CREATE TRIGGER count_changed AFTER UPDATE ON public.comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_changed_comments();
CREATE TRIGGER count_deleted AFTER DELETE ON public.comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_deleted_comments();
CREATE TRIGGER count_new AFTER INSERT ON public.comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_comments();
CREATE TRIGGER notify_article AFTER UPDATE ON public.comment_totals FOR EACH ROW EXECUTE FUNCTION public.notify_article();
CREATE TRIGGER notify_article AFTER UPDATE ON public.rating_totals FOR EACH ROW EXECUTE FUNCTION public.notify_article();
CREATE TRIGGER notify_closures AFTER INSERT OR DELETE OR UPDATE ON public.closures FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('closures');
CREATE TRIGGER notify_desk AFTER INSERT OR DELETE OR UPDATE ON public.comments FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('desk');
CREATE TRIGGER notify_desk AFTER INSERT OR DELETE OR UPDATE ON public.presence FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('desk');
CREATE TRIGGER notify_desk_reviewed AFTER DELETE OR UPDATE ON public.votes FOR EACH ROW WHEN ((old.state = 'suspicious'::public.vote_state)) EXECUTE FUNCTION public.notify_channel('desk');
CREATE TRIGGER notify_desk_suspicious AFTER INSERT OR UPDATE ON public.votes FOR EACH ROW WHEN ((new.state = 'suspicious'::public.vote_state)) EXECUTE FUNCTION public.notify_channel('desk');
CREATE TRIGGER notify_figures AFTER INSERT OR UPDATE ON public.traffic_totals FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('figures');
CREATE TRIGGER notify_settings AFTER INSERT OR DELETE OR UPDATE ON public.settings FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('settings');
CREATE TRIGGER notify_site AFTER INSERT OR DELETE OR UPDATE ON public.articles FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('site');
CREATE TRIGGER notify_site AFTER DELETE OR UPDATE ON public.categories FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('site');
CREATE TRIGGER notify_site AFTER UPDATE ON public.comment_totals FOR EACH ROW WHEN ((old.shown IS DISTINCT FROM new.shown)) EXECUTE FUNCTION public.notify_channel('site');
CREATE TRIGGER notify_staff AFTER UPDATE ON public.accounts FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('staff');
CREATE TRIGGER notify_staff AFTER INSERT OR DELETE OR UPDATE ON public.second_factors FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('staff');
CREATE TRIGGER notify_staff AFTER DELETE ON public.sessions FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('staff');
CREATE TRIGGER notify_terms AFTER INSERT OR DELETE OR UPDATE ON public.terms FOR EACH STATEMENT EXECUTE FUNCTION public.notify_channel('settings');
CREATE TRIGGER notify_views AFTER INSERT OR UPDATE ON public.traffic_totals FOR EACH ROW WHEN ((new.page > 0)) EXECUTE FUNCTION public.notify_views();
ALTER TABLE ONLY public.account_links
    ADD CONSTRAINT account_links_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.article_revisions
    ADD CONSTRAINT article_revisions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.article_revisions
    ADD CONSTRAINT article_revisions_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.categories(id);
ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_picture_id_fkey FOREIGN KEY (picture_id) REFERENCES public.pictures(id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.closures
    ADD CONSTRAINT closures_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comment_parent FOREIGN KEY (parent_id, article_id, parent_is_reply) REFERENCES public.comments(id, article_id, is_reply) ON DELETE CASCADE;
ALTER TABLE ONLY public.comment_totals
    ADD CONSTRAINT comment_totals_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.comment_totals(article_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_consent_version_fkey FOREIGN KEY (consent_version) REFERENCES public.consent_texts(version);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.picture_files
    ADD CONSTRAINT picture_files_picture_id_fkey FOREIGN KEY (picture_id) REFERENCES public.pictures(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.rating_totals
    ADD CONSTRAINT rating_totals_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.articles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.second_factors(account_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.votes
    ADD CONSTRAINT votes_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.rating_totals(article_id) ON DELETE CASCADE;
