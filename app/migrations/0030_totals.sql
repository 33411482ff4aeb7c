-- The numbers of an article's comments follow each change of a comment by what changed alone, whoever changes it. Only
-- deleting still counts anew: comments are deleted at their age, once a night.

alter table comment_totals add column threads integer not null default 0
    constraint comment_totals_threads check (threads >= 0);
-- nobody who follows an article has to be told
alter table comment_totals disable trigger user;
update comment_totals t set threads = n
from (select article_id, count(*) as n from comments where state = 'published' and parent_id is null
      group by article_id) counted
where counted.article_id = t.article_id;
alter table comment_totals enable trigger user;

-- Moves the totals by comments that are published now and were not, or the other way round. With a comment its replies
-- come and go.
create function count_flipped_comments(ids bigint[]) returns void language sql as $$
    with flipped as (
        select id, article_id, parent_id, state = 'published' as is_now from comments where id = any(ids)
    ), touched as (
        select article_id, parent_id, is_now, not is_now as was from flipped
        union all
        select r.article_id, r.parent_id, true, true
        from flipped f join comments r on r.parent_id = f.id
        where f.parent_id is null and r.state = 'published'
              and not exists (select from flipped other where other.id = r.id)
    ), moved as (
        select t.article_id,
               sum((t.is_now and coalesce(p.state = 'published', true))::integer
                   - (t.was and coalesce(case when f.id is not null then not f.is_now else p.state = 'published' end,
                                         true))::integer) as shown,
               sum(case when t.parent_id is null then t.is_now::integer - t.was::integer else 0 end) as threads
        from touched t left join comments p on p.id = t.parent_id left join flipped f on f.id = t.parent_id
        group by t.article_id
    )
    update comment_totals t set shown = t.shown + m.shown, threads = t.threads + m.threads
    from moved m where m.article_id = t.article_id and (m.shown <> 0 or m.threads <> 0);
$$;

create function count_published_comments() returns trigger language plpgsql as $$
declare
    ids bigint[] := array(select id from new_rows where state = 'published');
begin
    if cardinality(ids) > 0 then
        perform count_flipped_comments(ids);
    end if;
    return null;
end $$;
create function count_changed_states() returns trigger language plpgsql as $$
declare
    ids bigint[] := array(select n.id from new_rows n join old_rows o on o.id = n.id
                          where (n.state = 'published') <> (o.state = 'published'));
begin
    if cardinality(ids) > 0 then
        perform count_flipped_comments(ids);
    end if;
    return null;
end $$;
create trigger count_published after insert on comments referencing new table as new_rows
    for each statement execute function count_published_comments();
create trigger count_changed_states after update on comments
    referencing old table as old_rows new table as new_rows
    for each statement execute function count_changed_states();

-- What is closed at an article: the sentences of closures, that at the article before the site's, and what its writer
-- asked for.
create function closed_at(article bigint, out comments text, out ratings text, out takes_no_comments boolean,
                          out is_over boolean, out takes_no_ratings boolean) language sql stable as $$
    select (select message from closures c where c.comments and (c.article_id is null or c.article_id = article)
            order by c.article_id limit 1),
           (select message from closures c where c.ratings and (c.article_id is null or c.article_id = article)
            order by c.article_id limit 1),
           exists (select from articles a where a.id = article and a.closed_to_comments),
           not coalesce(takes_opinions(article), true),
           exists (select from articles a where a.id = article and (a.closed_to_ratings or a.kind <> 'article'))
$$;
