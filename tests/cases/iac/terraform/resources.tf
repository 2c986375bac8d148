# A made-up service: how policies are written in Terraform, and what can be known of each before it is applied.
terraform {
  required_version = ">= 1.5"
}

provider "aws" {
  region = "eu-central-1"
}

variable "stage" {
  type    = string
  default = "dev"
}

variable "team" {}

variable "tracing" {
  default = true
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_iam_policy" "basic" {
  name = "AWSLambdaBasicExecutionRole"
}

locals {
  prefix = "orders-${var.stage}"
  tables = ["orders", "items"]
  tags   = { team = var.team }
}

resource "aws_sqs_queue" "orders" {
  name = "${local.prefix}-queue"
}

resource "aws_sns_topic" "failed" {
  name_prefix = "failed-"
}

resource "aws_s3_bucket" "files" {
  bucket = "files-${data.aws_caller_identity.current.account_id}"
}

resource "aws_iam_role" "orders" {
  name                 = local.prefix
  path                 = "/service/"
  permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  managed_policy_arns  = [data.aws_iam_policy.basic.arn, aws_iam_policy.tables.arn]

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })

  inline_policy {
    name   = "heredoc"
    policy = <<-EOT
      {
        "Version": "2012-10-17",
        "Statement": [
          {"Effect": "Allow", "Action": "sqs:SendMessage",
           "Resource": "${aws_sqs_queue.orders.arn}"},
          {"Effect": "Allow", "Action": ${jsonencode(["s3:GetObject", "s3:PutObject"])},
           "Resource": "${aws_s3_bucket.files.arn}/*",
           "Condition": {"StringEquals": {"aws:PrincipalTag/team": "$${aws:ResourceTag/team}"}}}
        ]
      }
    EOT
  }
}

resource "aws_iam_policy" "tables" {
  name = "${local.prefix}-tables"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource = [for table in local.tables : "arn:${data.aws_partition.current.partition}:dynamodb:*:*:table/${table}"]
      },
      {
        Effect    = "Allow"
        Action    = "dynamodb:PutItem"
        Resource  = format("arn:aws:dynamodb:*:*:table/%s", local.tables[0])
        Condition = { StringEquals = { "aws:PrincipalTag/team" = var.team } }
      },
      ], var.tracing ? [{
        Effect   = "Allow"
        Action   = "xray:PutTraceSegments"
        Resource = "*"
    }] : [])
  })
}

resource "aws_iam_role_policy" "from_file" {
  name   = "from-file"
  role   = aws_iam_role.orders.id
  policy = file("${path.module}/policy.json")
}

resource "aws_iam_role_policy_attachment" "more" {
  for_each   = toset(["AmazonSQSReadOnlyAccess", "AWSXRayDaemonWriteAccess"])
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy_attachment" "elsewhere" {
  role       = "somebody"
  policy_arn = join("", ["arn:aws:iam::aws:policy/", "AdministratorAccess"])
}

resource "aws_iam_role" "none" {
  count              = 0
  assume_role_policy = "{}"
}

resource "aws_lambda_function" "orders" {
  function_name = "${local.prefix}-work"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"

  environment {
    variables = merge({ QUEUE = aws_sqs_queue.orders.url }, { STAGE = var.stage })
  }

  dynamic "tracing_config" {
    for_each = var.tracing ? ["Active"] : []
    content {
      mode = tracing_config.value
    }
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.orders.function_name
}

resource "aws_lambda_function_event_invoke_config" "orders" {
  function_name = aws_lambda_function.orders.function_name
  destination_config {
    on_failure {
      destination = aws_sns_topic.failed.arn
    }
  }
}

module "more" {
  source = "./more"
}
