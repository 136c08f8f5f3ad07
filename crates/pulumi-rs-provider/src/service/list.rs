//! Lists of resources, page by page.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::stream;
use tonic::Status;
use tonic::codegen::BoxStream;

use super::call::Call;
use super::decode::required;
use super::{Configured, Service};
use crate::author::{Configuration, ErasedList};
use crate::by_schema::{Checker, Mode};
use crate::path::PropertyPath;
use crate::proto::{self, list_response};
use crate::urn::Urn;
use crate::value::{PropertyMap, PropertyValue};
use crate::verbs::{ListRequest, Page};

impl<G: Configuration> Service<G> {
    pub(super) fn list_resources(
        &self,
        request: proto::ListRequest,
    ) -> Result<BoxStream<proto::ListResponse>, Status> {
        let mut query = required(request.query)?;
        let token = request.token;
        let (lists, shapes) = (&self.shared.provider.lists, &self.shared.shapes.lists);
        let (Some(list), Some(shape)) = (lists.get(&token).cloned(), shapes.get(&token)) else {
            return Err(Status::invalid_argument(format!(
                "the provider `{}` has no list of `{token}`",
                self.package()
            )));
        };
        if query.values().any(PropertyValue::contains_unknown) {
            let computed = list_response::Response::Computed(list_response::Computed {});
            return Ok(Box::pin(stream::iter([Ok(response(computed))])));
        }
        let mut checker = Checker::new(shape, Mode::Inputs);
        checker.object(&shape.inputs, &mut query, &PropertyPath::root(), false);
        if let Some(failure) = checker.failures.first() {
            return Err(Status::invalid_argument(format!(
                "in the query of the list, `{}`: {}",
                failure.path, failure.reason
            )));
        }
        let configured = self.configured("list", &token)?;
        let secrets = configured.secrets.with([&query]);
        let mut call = self.call("list", &Urn::new(""), secrets, 0.0);
        call.replies.subject.clone_from(&token);
        let listing = Listing {
            call,
            list,
            configured,
            token,
            query,
            remaining: count(request.limit),
            page_size: count(request.page_size),
            next: Next::Page(Some(request.continuation_token).filter(|token| !token.is_empty())),
            ready: VecDeque::new(),
        };
        Ok(Box::pin(stream::try_unfold(listing, Listing::advance)))
    }
}

/// A count on the wire; below 1 there is none.
fn count(number: i64) -> Option<usize> {
    usize::try_from(number).ok().filter(|count| *count > 0)
}

fn response(response: list_response::Response) -> proto::ListResponse {
    proto::ListResponse {
        response: Some(response),
    }
}

/// A list that is being told.
struct Listing<G: Configuration> {
    call: Call<G>,
    list: Arc<dyn ErasedList<G::Value>>,
    configured: Arc<Configured<G::Value>>,
    token: String,
    query: PropertyMap,
    /// How many resources may still be told.
    remaining: Option<usize>,
    /// How many the caller wants at once. Without it the caller wants all pages, one after the other.
    page_size: Option<usize>,
    next: Next,
    ready: VecDeque<proto::ListResponse>,
}

/// What comes after the messages that are ready.
enum Next {
    /// The page that this token leads to.
    Page(Option<String>),
    /// Nothing.
    End,
}

impl<G: Configuration> Listing<G> {
    /// The next message, and the list behind it. Pages are asked for when they are wanted.
    async fn advance(mut self) -> Result<Option<(proto::ListResponse, Self)>, Status> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some((message, self)));
            }
            match std::mem::replace(&mut self.next, Next::End) {
                Next::Page(continuation) => {
                    let page = self.page(continuation.clone()).await?;
                    self.take(page, continuation.as_deref())?;
                }
                Next::End => return Ok(None),
            }
        }
    }

    async fn page(&self, continuation: Option<String>) -> Result<Page, Status> {
        let request = ListRequest {
            token: self.token.clone(),
            query: self.query.clone(),
            continuation,
            page_size: self.page_size.into_iter().chain(self.remaining).min(),
        };
        let (list, configured) = (Arc::clone(&self.list), Arc::clone(&self.configured));
        let context = self.call.context.clone();
        self.call
            .run(async move { list.list(&configured.value, request, &context).await })
            .await
    }

    fn take(&mut self, page: Page, asked: Option<&str>) -> Result<(), Status> {
        let wanted = self.remaining.unwrap_or(usize::MAX);
        let told = page.resources.len().min(wanted);
        let results = page.resources.into_iter().take(told).map(|resource| {
            response(list_response::Response::Result(list_response::Result {
                id: resource.id,
                name: resource.name,
            }))
        });
        self.ready.extend(results);
        if let Some(remaining) = &mut self.remaining {
            *remaining -= told;
        }
        let Some(continuation) = page.continuation else {
            return Ok(());
        };
        if told == 0 && asked == Some(continuation.as_str()) {
            return Err(Status::internal(format!(
                "bug in the provider: list of `{}` returned an empty page that leads to itself",
                self.token
            )));
        }
        if self.page_size.is_some() || self.remaining == Some(0) {
            let continuation = list_response::Continuation {
                continuation_token: continuation,
            };
            self.ready
                .push_back(response(list_response::Response::Continuation(continuation)));
        } else {
            self.next = Next::Page(Some(continuation));
        }
        Ok(())
    }
}
