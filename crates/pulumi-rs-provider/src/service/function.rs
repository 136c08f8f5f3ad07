//! Functions.

use tonic::Status;

use super::Service;
use super::decode::required;
use crate::author::Configuration;
use crate::by_schema::{Checker, Mode, mark_secrets};
use crate::path::PropertyPath;
use crate::proto;
use crate::urn::Urn;
use crate::verbs::{InvokeReply, InvokeRequest};
use crate::wire::Struct;

impl<G: Configuration> Service<G> {
    pub(super) async fn invoke_function(
        &self,
        request: proto::InvokeRequest,
    ) -> Result<proto::InvokeResponse, Status> {
        let proto::InvokeRequest { tok, args, preview } = request;
        let mut args = required(args)?;
        let (functions, shapes) = (&self.shared.provider.functions, &self.shared.shapes.functions);
        let (Some(function), Some(shape)) = (functions.get(&tok).cloned(), shapes.get(&tok).cloned()) else {
            return Err(Status::invalid_argument(format!(
                "the provider `{}` has no function `{tok}`",
                self.package()
            )));
        };
        let configured = self.configured("call", &tok)?;
        let secrets = configured.secrets.with([&args]);
        let mut call = self.call("call", &Urn::new(""), secrets, 0.0);
        call.replies.subject.clone_from(&tok);

        let mode = if preview {
            Mode::PreviewedArguments
        } else {
            Mode::Inputs
        };
        let mut checker = Checker::new(&shape, mode);
        checker.object(&shape.inputs, &mut args, &PropertyPath::root(), false);
        if !checker.failures.is_empty() {
            return call.replies.invoke(InvokeReply::Refused(checker.failures));
        }
        if preview && (!checker.missing.is_empty() || args.values().any(|value| value.contains_unknown())) {
            // The engine leaves out arguments that are not known yet. A result without properties is one that is not known yet.
            return Ok(proto::InvokeResponse {
                r#return: Some(Struct::default()),
                failures: Vec::new(),
            });
        }

        let arguments = args.clone();
        let invoke = InvokeRequest {
            token: tok,
            args,
            preview,
        };
        let context = call.context.clone();
        let mut reply = call
            .run(async move { function.invoke(&configured.value, invoke, &context).await })
            .await?;
        if let InvokeReply::Returned(result) = &mut reply {
            mark_secrets(&shape, &arguments, None, result);
        }
        call.replies.invoke(reply)
    }
}
