-- Readers see no comment at an article that was withdrawn, so a question there waits no longer and is not counted, until
-- the article is published again.
create or replace function can_be_answered(comment bigint) returns boolean language sql stable as $$
    select case when c.article_id = 0 then c.state = 'pending'
                else c.state = 'published' and coalesce(p.state = 'published', true)
                     and a.state is distinct from 'withdrawn' end
    from comments c left join comments p on p.id = c.parent_id left join articles a on a.id = c.article_id
    where c.id = comment
$$;

create function follow_withdrawal() returns trigger language plpgsql as $$
begin
    -- decisions lock it as well: of two at once, the second sees what the first did
    perform from comment_totals where article_id = new.id for update;
    update questions q set can_be_answered = can_be_answered(q.comment_id)
    where q.article_id = new.id and q.can_be_answered <> can_be_answered(q.comment_id);
    return null;
end $$;
create trigger follow_withdrawal after update on articles
    for each row when (old.state <> new.state and 'withdrawn' in (old.state, new.state))
    execute function follow_withdrawal();

create index questions_at_article on questions (article_id);
update questions q set can_be_answered = can_be_answered(q.comment_id)
from articles a where a.id = q.article_id and a.state = 'withdrawn' and q.can_be_answered;
