using Microsoft.Extensions.AI;
using Millrace.Engine.Runs;
using Millrace.Engine.Tools;

namespace Millrace.Engine.ToolCalls;

/// <summary>A call that this process can make now, with its tool and the function to call.</summary>
public sealed record InProcessCall(StepCall Call, Tool Tool, AIFunction Function);
