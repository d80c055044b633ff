namespace TrendingMail.Papers.Latex.Symbols;

/// <summary>The characters and words that LaTeX commands represent, as pairs of name and text.</summary>
internal static class LatexSymbols
{
    public const string Greek = """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
        varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
        upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω digamma ϝ
        Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ
        Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω
        varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varPhi Φ varPsi Ψ varOmega Ω
        ell ℓ imath ı jmath ȷ hbar ℏ hslash ℏ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ eth ð Bbbk k
        """;

    public const string Relations = """
        le ≤ leq ≤ leqslant ≤ leqq ≤ ge ≥ geq ≥ geqslant ≥ geqq ≥ ne ≠ neq ≠ ll ≪ gg ≫ lll ⋘ ggg ⋙ lt < gt >
        nless ≮ ngtr ≯ nleq ≰ ngeq ≱ lesssim ≲ gtrsim ≳ lessapprox ≲ gtrapprox ≳ lessgtr ≶ gtrless ≷
        sim ∼ nsim ≁ simeq ≃ approx ≈ approxeq ≊ thickapprox ≈ thicksim ∼ cong ≅ ncong ≇ equiv ≡ propto ∝ varpropto ∝
        asymp ≍ doteq ≐ triangleq ≜ coloneqq := eqqcolon =: coloneq := defeq ≔ eqdef ≝
        prec ≺ succ ≻ preceq ⪯ succeq ⪰ preccurlyeq ≼ succcurlyeq ≽ precsim ≾ succsim ≿
        in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈
        sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒ Subset ⋐ Supset ⋑
        perp ⊥ parallel ∥ nparallel ∦ mid | nmid ∤ shortmid | models ⊨ vDash ⊨ vdash ⊢ dashv ⊣ Vdash ⊩ bowtie ⋈
        smile ⌣ frown ⌢ between ≬ therefore ∴ because ∵ colon :
        """;

    public const string Arrows = """
        to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
        implies ⇒ impliedby ⇐ iff ⇔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹
        Longleftarrow ⟸ Longleftrightarrow ⟺ mapsto ↦ longmapsto ⟼ uparrow ↑ downarrow ↓ updownarrow ↕
        Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ hookrightarrow ↪ hookleftarrow ↩
        rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌
        rightleftarrows ⇄ leftrightarrows ⇆ rightrightarrows ⇉ twoheadrightarrow ↠ rightsquigarrow ⇝ leadsto ⇝
        rightarrowtail ↣ circlearrowleft ↺ circlearrowright ↻ curvearrowright ↷ curvearrowleft ↶ dashrightarrow ⇢
        nrightarrow ↛ nleftarrow ↚ nRightarrow ⇏ Rrightarrow ⇛ upharpoonright ↾ restriction ↾
        """;

    public const string Operations = """
        times × cdot · cdotp · div ÷ pm ± mp ∓ ast * star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘
        odot ⊙ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ cup ∪ cap ∩ sqcup ⊔ sqcap ⊓ uplus ⊎ Cup ⋓ Cap ⋒
        wedge ∧ land ∧ vee ∨ lor ∨ veebar ⊻ neg ¬ lnot ¬ setminus ∖ smallsetminus ∖ wr ≀ amalg ⨿ dagger † ddagger ‡
        diamond ⋄ ltimes ⋉ rtimes ⋊ divideontimes ⋇ intercal ⊺ circledast ⊛ circledcirc ⊚ dotplus ∔
        sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ smallint ∫ bigcup ⋃ bigcap ⋂ bigsqcup ⨆ biguplus ⨄
        bigwedge ⋀ bigvee ⋁ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ bigcirc ◯ bigstar ★
        partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ infty ∞ emptyset ∅ varnothing ∅ complement ∁ top ⊤ bot ⊥
        prime ′ backprime ‵ surd √ angle ∠ measuredangle ∡ triangle △ triangledown ▽ vartriangle △ square □ Box □
        blacksquare ■ lozenge ◊ Diamond ◇ blacklozenge ⧫ blacktriangle ▲ blacktriangledown ▼ triangleright ▷
        triangleleft ◁ trianglelefteq ⊴ trianglerighteq ⊵ bigtriangleup △ bigtriangledown ▽ qed ∎
        sharp ♯ flat ♭ natural ♮ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ Finv Ⅎ mho ℧
        """;

    public const string Punctuation = """
        ldots … dots … dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ dotso … textellipsis … cdots ⋯ vdots ⋮ ddots ⋱ iddots ⋰
        langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ lbrace { rbrace } lbrack [ rbrack ] lparen ( rparen )
        llbracket ⟦ rrbracket ⟧ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟ lgroup ( rgroup )
        vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ backslash \ slash / And &
        textbackslash \ textbar | textless < textgreater > textunderscore _ textasciitilde ~ textasciicircum ^
        textdollar $ textpercent % textbraceleft { textbraceright } textquotesingle ' textquotedbl " textquoteleft ‘
        textquoteright ’ textquotedblleft “ textquotedblright ” lq ‘ rq ’ quotesinglbase ‚ quotedblbase „
        guillemotleft « guillemotright » guillemetleft « guillemetright » textendash – textemdash — textbullet •
        textperiodcentered · textasteriskcentered * textregistered ® texttrademark ™ textcopyright © copyright ©
        circledR ® textdegree ° degree ° textcelsius ℃ celsius ℃ textmu µ textmicro µ micro µ textohm Ω ohm Ω
        textpm ± texttimes × textdiv ÷ textperthousand ‰ textrightarrow → textleftarrow ← textuparrow ↑
        textdownarrow ↓ textsection § S § textparagraph ¶ P ¶ textdagger † dag † textdaggerdbl ‡ ddag ‡
        pounds £ textsterling £ euro € EUR € texteuro € textyen ¥ yen ¥ textcent ¢ textonehalf ½ textonequarter ¼
        textonesuperior ¹ texttwosuperior ² textthreesuperior ³ textordfeminine ª textordmasculine º
        textexclamdown ¡ textquestiondown ¿ checkmark ✓ cmark ✓ xmark ✗ ding • maltese ✠ textnumero №
        LaTeX LaTeX TeX TeX LaTeXe LaTeX2e BibTeX BibTeX XeTeX XeTeX
        """;

    /// <summary>Letters in prose; a space after such a command only ends its name.</summary>
    public const string Letters = """
        o ø O Ø l ł L Ł i ı j ȷ ae æ AE Æ oe œ OE Œ aa å AA Å ss ß SS ẞ dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ
        """;

    /// <summary>Accents with their combining marks; one-letter names are for prose.</summary>
    public static IReadOnlyList<(string Name, char Mark)> Accents { get; } =
    [
        ("b", '\u0331'), ("c", '\u0327'), ("d", '\u0323'), ("k", '\u0328'), ("r", '\u030A'), ("u", '\u0306'),
        ("v", '\u030C'), ("H", '\u030B'), ("hat", '\u0302'), ("widehat", '\u0302'), ("tilde", '\u0303'),
        ("widetilde", '\u0303'), ("bar", '\u0304'), ("overline", '\u0304'), ("vec", '\u20D7'),
        ("overrightarrow", '\u20D7'), ("dot", '\u0307'), ("ddot", '\u0308'), ("acute", '\u0301'),
        ("grave", '\u0300'), ("check", '\u030C'), ("breve", '\u0306'), ("mathring", '\u030A'),
    ];

    /// <summary>The combining mark of an accent named by a symbol, as in <c>\'e</c>, or NUL if there is none.</summary>
    public static char FindAccent(char sign) => sign switch
    {
        '\'' => '\u0301',
        '`' => '\u0300',
        '^' => '\u0302',
        '"' => '\u0308',
        '~' => '\u0303',
        '=' => '\u0304',
        '.' => '\u0307',
        _ => '\0',
    };

    /// <summary>Double-struck capitals that mail clients' fonts contain; other letters stay plain.</summary>
    public static char Blackboard(char letter) => letter switch
    {
        'C' => 'ℂ',
        'H' => 'ℍ',
        'N' => 'ℕ',
        'P' => 'ℙ',
        'Q' => 'ℚ',
        'R' => 'ℝ',
        'Z' => 'ℤ',
        _ => letter,
    };
}
