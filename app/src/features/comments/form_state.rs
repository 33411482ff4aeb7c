//! What the form for a comment holds, and what it does in the browser: it keeps a draft, sends, and clears what was
//! stored.

use super::ReplyTo;
#[cfg(feature = "hydrate")]
use super::SentComment;
use crate::base::error::AppError;
#[cfg(feature = "hydrate")]
use crate::web::effects::effect;
#[cfg(feature = "hydrate")]
use crate::web::forms::{DRAFT, send};
#[cfg(feature = "hydrate")]
use crate::web::page_script::{delete_draft, find_draft_field, focus_later, restore_draft, save_draft};
use leptos::html;
use leptos::prelude::*;

/// What the form is doing.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "forms are sent by the browser alone"))]
pub struct Form {
    pub error: RwSignal<Option<AppError>>,
    pub is_sending: RwSignal<bool>,
    /// What became of what was sent last.
    pub confirmation: RwSignal<&'static str>,
    pub link: RwSignal<String>,
    pub length: RwSignal<usize>,
    pub reply_to: RwSignal<Option<ReplyTo>>,
    /// Whether the form had text when the program took it over, so that nobody knows how long it was written.
    pub is_prefilled: RwSignal<bool>,
    /// Names what is being written: the same token is the same comment, however often it is sent.
    pub token: NodeRef<html::Input>,
    pub body: NodeRef<html::Textarea>,
    pub on_sent: Callback<(i64, Option<i64>)>,
}

#[cfg(not(feature = "hydrate"))]
impl Form {
    pub fn start(self) {}
    pub fn make_token(self) {}
    pub fn submit(self, _event: leptos::ev::SubmitEvent) {}
}

/// Moves the focus back to where the reply began.
#[cfg(feature = "hydrate")]
pub fn focus_reply_link(reply: Option<ReplyTo>) {
    if let Some(reply) = reply {
        // the comment may be gone
        focus_later(&format!("[data-reply='{}'], #gui-y-kien-title", reply.id));
    }
}

#[cfg(feature = "hydrate")]
impl Form {
    /// Fills the form with its draft, and counts what was typed before the page was hydrated.
    pub fn start(self) {
        effect(move || {
            let Some(body) = self.body.get() else { return };
            if let Some(form) = body.form() {
                restore_draft(&form);
                if !body.value().is_empty() {
                    self.is_prefilled.set(true);
                    self.make_token();
                    save_draft(&form);
                }
            }
            self.length.set(body.value().chars().count());
        });
    }

    /// Names a comment when its first letter is typed. The name is no secret: nothing is given for knowing it.
    pub fn make_token(self) {
        if let Some(field) = self.token.get_untracked().filter(|field| field.value().is_empty()) {
            let random = || (js_sys::Math::random() * 1e15) as u64;
            field.set_value(&format!("{:x}-{:x}", random(), random()));
        }
    }

    pub fn submit(self, event: leptos::ev::SubmitEvent) {
        let Some((element, _)) = send::take_submit(&event) else { return };
        if self.is_sending.get_untracked() {
            return;
        }
        let parent = self.reply_to.get_untracked().map(|reply| reply.id);
        let typed = self.body.get_untracked().map(|body| body.value()).unwrap_or_default();
        let draft = element.get_attribute(DRAFT).unwrap_or_default();
        self.make_token();
        self.is_sending.set(true);
        self.confirmation.set("");
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let answer = send::send::<SentComment>(&element, None).await;
            // also where the page is gone by now
            if answer.is_ok() && find_draft_field(&draft, "body").is_none_or(|body| body == typed) {
                delete_draft(&element);
            }
            if self.is_sending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(sent) => self.finish(&element, &typed, sent, parent),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Clears what was sent, and nothing that was typed meanwhile. Name and address stay for the next comment.
    fn finish(self, form: &web_sys::HtmlFormElement, typed: &str, sent: SentComment, parent: Option<i64>) {
        if let Some(field) = self.token.get_untracked() {
            field.set_value("");
        }
        if let Some(body) = self.body.get_untracked() {
            let now = body.value();
            let rest = now.strip_prefix(typed).unwrap_or(&now).trim_start().to_owned();
            body.set_value(&rest);
            self.length.set(rest.chars().count());
        }
        if self.reply_to.get_untracked().map(|reply| reply.id) == parent {
            self.reply_to.set(None);
        }
        if self.length.get_untracked() > 0 {
            self.make_token();
            save_draft(form);
        } else if parent.is_none() {
            // a reply is read where it stands, and takes the focus there
            focus_later("#gui-y-kien .sent");
        }
        self.confirmation.set(match sent.is_published {
            true => "Ý kiến của ông/bà đã được đăng.",
            false => "Ý kiến của ông/bà đã được gửi và đang chờ duyệt.",
        });
        self.link.set(sent.link);
        self.on_sent.run((sent.id, parent));
    }
}
