//! The content of a text between the site's own form and that of the files. They are two types, so that the site's own
//! can change while the files stay readable.

use super::records::{Content, Document};
use crate::features::articles::sanitise::sanitise;
use crate::features::documents::DocumentDetails;
use crate::features::writing;

impl From<writing::Content> for Content {
    fn from(own: writing::Content) -> Self {
        let details = own.document;
        let is_document = details != DocumentDetails::default();
        let document = is_document.then_some(Document {
            number: details.number,
            kind: details.kind,
            issuer: details.issuer,
            signer: details.signer,
            issued_on: details.issued_on,
            in_force_from: details.in_force_from,
            in_force_until: details.in_force_until,
            replaces: details.replaces,
            opinions_until: details.opinions_until,
        });
        Self {
            title: own.title,
            slug: own.slug,
            category: own.category,
            further_categories: own.further,
            tags: own.tags,
            lead: own.lead,
            picture: own.picture,
            caption: own.caption,
            body: own.body,
            author: own.author,
            source: own.source,
            description: own.description,
            publish_at: own.publish_at,
            ends_at: own.ends_at,
            related: own.related,
            closed_to_comments: own.closed_to_comments,
            closed_to_ratings: own.closed_to_ratings,
            document,
        }
    }
}

impl Content {
    /// The content as the site keeps it, its body sanitised.
    pub fn to_own(&self) -> writing::Content {
        let document = self.document.clone().map(|document| DocumentDetails {
            number: document.number,
            kind: document.kind,
            issuer: document.issuer,
            signer: document.signer,
            issued_on: document.issued_on,
            in_force_from: document.in_force_from,
            in_force_until: document.in_force_until,
            replaces: document.replaces,
            opinions_until: document.opinions_until,
        });
        writing::Content {
            title: self.title.clone(),
            slug: self.slug.clone(),
            category: self.category,
            further: self.further_categories.clone(),
            tags: self.tags.clone(),
            lead: self.lead.clone(),
            picture: self.picture,
            caption: self.caption.clone(),
            body: sanitise(&self.body),
            author: self.author.clone(),
            source: self.source.clone(),
            description: self.description.clone(),
            publish_at: self.publish_at,
            ends_at: self.ends_at,
            related: self.related.clone(),
            closed_to_comments: self.closed_to_comments,
            closed_to_ratings: self.closed_to_ratings,
            document: document.unwrap_or_default(),
        }
    }
}
