//! Running an author's code: a task with a context, whose errors and panics become statuses.

use std::future::Future;
use std::sync::Arc;

use tonic::Status;

use super::decode::{Subject, deadline};
use super::{Configured, Service, Shared};
use crate::author::{Configuration, ErasedResource};
use crate::context::Context;
use crate::error::Error;
use crate::panics;
use crate::redact::Secrets;
use crate::reply::Replies;
use crate::schema::Shape;
use crate::trace;
use crate::urn::Urn;
use crate::value::PropertyMap;

/// A verb that is about to run.
pub(super) struct Call<G: Configuration> {
    shared: Arc<Shared<G>>,
    pub(super) context: Context,
    pub(super) replies: Replies,
}

impl<G: Configuration> Service<G> {
    /// Prepares a verb of a resource.
    pub(super) fn resource_call(
        &self,
        verb: &'static str,
        subject: Subject,
        timeout: f64,
        properties: &[&PropertyMap],
    ) -> Result<ResourceCall<G>, Status> {
        let Subject { urn, name, token } = subject;
        let resource = self.shared.provider.resources.get(&token).ok_or_else(|| {
            Status::invalid_argument(format!(
                "the provider `{}` has no resource `{token}`",
                self.package()
            ))
        })?;
        let configured = self.configured(verb, urn.as_str())?;
        let shape = self
            .shared
            .shapes
            .resources
            .get(&token)
            .map(Arc::clone)
            .unwrap_or_default();
        let secrets = configured.secrets.with(properties.iter().copied());
        let call = self.call(verb, &urn, secrets, timeout);
        Ok(ResourceCall {
            call,
            resource: Arc::clone(resource),
            configured,
            shape,
            urn,
            name,
            token,
        })
    }

    /// What the author made of the configuration.
    pub(super) fn configured(
        &self,
        verb: &'static str,
        subject: &str,
    ) -> Result<Arc<Configured<G::Value>>, Status> {
        self.session().configured.clone().ok_or_else(|| {
            Status::failed_precondition(format!(
                "{verb} of `{subject}` came before the provider was configured"
            ))
        })
    }

    /// Prepares a verb, of whatever kind.
    pub(super) fn call(&self, verb: &'static str, urn: &Urn, secrets: Secrets, timeout: f64) -> Call<G> {
        let (cancellation, byte_strings) = {
            let session = self.session();
            (session.cancellation.child_token(), session.byte_strings)
        };
        let log = self.shared.engine.log(urn, secrets.clone());
        let context = Context {
            cancellation,
            deadline: deadline(timeout),
            log,
        };
        let replies = Replies {
            verb,
            subject: urn.as_str().to_owned(),
            secrets,
            byte_strings,
            report: Arc::clone(&self.shared.report),
        };
        Call {
            shared: Arc::clone(&self.shared),
            context,
            replies,
        }
    }
}

impl<G: Configuration> Call<G> {
    /// Runs an author's code as a task that outlives the connection. When the connection goes first, the task is asked to stop.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        code: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Status> {
        let _caller_is_gone = self.context.cancellation.clone().drop_guard();
        let Replies {
            verb,
            subject,
            secrets,
            ..
        } = &self.replies;
        match self
            .shared
            .calls
            .spawn(trace::within_call(panics::catch(code)))
            .await
        {
            Ok(Ok(Ok(reply))) => Ok(reply),
            Ok(Ok(Err(error))) => Err(crate::status::from_error(
                error,
                self.shared.provider.name(),
                &self.shared.report,
                secrets,
            )),
            Ok(Err(panicked)) => Err(Status::internal(format!(
                "bug in the provider: {verb} of `{subject}` {panicked}; what it had begun may exist; {}",
                self.shared.report
            ))),
            Err(_) => Err(Status::unavailable(format!(
                "{verb} of `{subject}` was ended together with the provider"
            ))),
        }
    }
}

/// A verb of a resource that is about to run.
pub(super) struct ResourceCall<G: Configuration> {
    pub(super) call: Call<G>,
    pub(super) resource: Arc<dyn ErasedResource<G::Value>>,
    pub(super) configured: Arc<Configured<G::Value>>,
    pub(super) shape: Arc<Shape>,
    pub(super) urn: Urn,
    pub(super) name: String,
    pub(super) token: String,
}
