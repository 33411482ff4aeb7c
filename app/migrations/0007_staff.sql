-- Whoever is signed in may no longer be: streams of the desk look again.
create trigger notify_staff after delete on sessions for each statement execute function notify_channel('staff');
create trigger notify_staff after update on accounts for each statement execute function notify_channel('staff');
