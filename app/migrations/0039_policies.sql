-- How comments are taken, for the whole site (the row without an article) and at single articles.

create type comment_mode as enum ('held', 'known_writers');
create table comment_policies (
    article_id bigint references articles on delete cascade,
    -- whether each waits for a decision, or those of trusted writers are published at once; at an article
    -- null is as everywhere
    mode comment_mode,
    -- days after its publication until an article takes no more; 0 is never, at an article null is as everywhere
    open_days integer constraint policy_days check (open_days between 0 and 999),
    changed_by bigint references accounts,
    changed_at timestamptz not null default now(),
    constraint policy_once unique nulls not distinct (article_id),
    constraint policy_of_site check (article_id is not null or num_nonnulls(mode, open_days) = 2),
    constraint policy_of_article check (article_id is null or num_nonnulls(mode, open_days) > 0)
);
insert into comment_policies (article_id, mode, open_days) values (null, 'held', 0);
create trigger notify_closures after insert or update or delete on comment_policies
    for each statement execute function notify_channel('closures');

-- Until when an article takes comments by its age; null is without an end. Documents have a time of their own.
create function comments_end_at(article bigint) returns timestamptz language sql stable as $$
    select a.published_at + make_interval(days => nullif(coalesce(here.open_days, everywhere.open_days), 0))
    from articles a left join comment_policies here on here.article_id = a.id
    cross join comment_policies everywhere
    where a.id = article and a.kind = 'article' and everywhere.article_id is null
$$;

create or replace function is_closed_to_comments(article bigint) returns boolean language sql stable as $$
    select exists (select from closures where comments and (article_id is null or article_id = article))
           or exists (select from articles where id = article and closed_to_comments)
           or not coalesce(takes_opinions(article), true)
           or coalesce(comments_end_at(article) <= now(), false)
$$;

drop function closed_at;
create function closed_at(article bigint, out comments text, out ratings text, out takes_no_comments boolean,
                          out is_over boolean, out is_too_old boolean, out takes_no_ratings boolean)
language sql stable as $$
    select (select message from closures c where c.comments and (c.article_id is null or c.article_id = article)
            order by c.article_id limit 1),
           (select message from closures c where c.ratings and (c.article_id is null or c.article_id = article)
            order by c.article_id limit 1),
           exists (select from articles a where a.id = article and a.closed_to_comments),
           not coalesce(takes_opinions(article), true),
           coalesce(comments_end_at(article) <= now(), false),
           exists (select from articles a where a.id = article and (a.closed_to_ratings or a.kind <> 'article'))
$$;

-- Writers whose last decided comment was approved. Everything that staff decide against them ends it: a refusal, taking
-- down, undoing, a block. It goes with their last comment.
create table trusted_writers (
    visitor bytea primary key,
    approved_at timestamptz not null default now()
);

create function follow_trust() returns trigger language plpgsql as $$
declare
    decided bytea[];
    refused bytea[];
    erased bytea[];
begin
    -- grouped and not joined: a plan that was made for one comment would compare each of many with each
    with changed as materialized (
        select id, (array_agg(visitor) filter (where is_new))[1] as visitor,
               (array_agg(visitor) filter (where not is_new))[1] as visitor_before,
               bool_or(state = 'published') filter (where is_new) as is_published,
               max(decided_at) filter (where is_new) is distinct from max(decided_at) filter (where not is_new)
                   and bool_or(decided_by is not null and not official and article_id <> 0) filter (where is_new)
                   as is_decided
        from (select id, visitor, state, decided_at, decided_by, official, article_id, true as is_new from new_rows
              union all
              select id, visitor, state, decided_at, decided_by, official, article_id, false from old_rows) both_rows
        group by id
    )
    select array(select distinct visitor from changed where is_decided order by visitor),
           array(select distinct visitor from changed where is_decided and not is_published),
           array(select distinct visitor_before from changed where visitor <> visitor_before)
    into decided, refused, erased;
    if cardinality(decided) > 0 then
        -- in one order, so that decisions about several writers do not wait for each other in a circle
        insert into trusted_writers as t (visitor) select unnest(decided)
        on conflict (visitor) do update set approved_at = now();
        delete from trusted_writers t using unnest(refused) as r (visitor) where t.visitor = r.visitor;
    end if;
    if cardinality(erased) > 0 then
        delete from trusted_writers where visitor = any(erased);
    end if;
    return null;
end $$;
create trigger follow_trust after update on comments referencing old table as old_rows new table as new_rows
    for each statement execute function follow_trust();

create function forget_trust() returns trigger language plpgsql as $$
begin
    delete from trusted_writers t
    where t.visitor in (select visitor from old_rows)
          and not exists (select from comments c where c.visitor = t.visitor);
    return null;
end $$;
create trigger forget_trust after delete on comments referencing old table as old_rows
    for each statement execute function forget_trust();

create function end_trust() returns trigger language plpgsql as $$
begin
    delete from trusted_writers where visitor = new.visitor;
    return null;
end $$;
create trigger end_trust after insert or update on blocked_visitors for each row execute function end_trust();

insert into trusted_writers (visitor, approved_at)
select visitor, max(decided_at) filter (where state = 'published')
from comments
where decided_by is not null and not official and article_id <> 0
      and visitor not in (select visitor from blocked_visitors)
group by visitor
having max(decided_at) filter (where state = 'published')
       > coalesce(max(decided_at) filter (where state <> 'published'), '-infinity');
