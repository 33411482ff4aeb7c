-- A vote that looks like a program's is stored, and counts only when staff let it in.
alter table votes add column held boolean not null default false;
create index votes_held on votes (article_id, updated_at) where held;
create index votes_visitor on votes (visitor);
-- desks follow held votes alone: those that count are too many
create trigger notify_desk_held after insert or update on votes for each row when (new.held) execute function notify_channel('desk');
create trigger notify_desk_let_in after update or delete on votes for each row when (old.held) execute function notify_channel('desk');
